"""Texts of CKAN and ckanext-harvest on our pages that their German catalogues lack or say badly.

Nothing reads this list; it is what the extraction of texts finds.
"""

from __future__ import annotations

from .messages import N_


def ngettext(one: str, more: str) -> tuple[str, str]:
    """Mark a text that counts for extraction."""
    return one, more


TEXTS = (
    N_("(estimated)"),
    N_("Access denied"),
    N_("Access denied: %s"),
    N_("Access resource data via a web API with powerful query support."),
    N_("close"),
    N_("COLUMN FILTER/S"),
    N_("Delete member"),
    N_("Edit Data Dictionary"),
    N_("Edit role"),
    N_("Filter by: {title}"),
    N_("Harvest object not found"),
    N_("incorrect password"),
    N_("Login failed. Bad username or password or CAPTCHA."),
    N_("Navigate to dataset: {title}"),
    N_("Navigate to resource: {name_or_id}"),
    N_("Navigate to resource: {name}"),
    N_("Notification"),
    N_("Open details page for dataset - {title}"),
    N_("Open details page for {name}"),
    N_("Password entered was incorrect"),
    N_("Please Confirm"),
    N_("Revoke tokens"),
    N_("Search datasets by {name}: {label}"),
    N_("Search datasets with the tag: {name}"),
    N_("Search datasets with the tag: {tag}"),
    N_("Searching..."),
    N_("Storage is not public"),
    N_("TABLE FILTER"),
    N_("There are no groups associated with this dataset."),
    N_("There is no description for this dataset."),
    N_("There is no description for this organization."),
    N_("There is no description for this {object_type}."),
    N_("This information is visible to you and admins"),
    N_("Unlink {name} from the dataset"),
    N_("Unpublish"),
    N_("Your password must be 8 characters or longer"),
)
# what they say in German is wrong, impolite or says du
REPLACED = (
    N_("%s uses your email address if you need to reset your password."),
    N_("Click here for more information."),
    N_('Please <a href="%s">update your profile</a> and add your email address. '),
    N_("Start typing…"),
    N_("Trying to create an organization as a group"),
    N_('<p class="extra">Please try another search.</p>'),
    N_('<p id="search-error"><strong>There was an error while searching.</strong> Please try again.</p>'),
    N_("A little information about yourself"),
    N_("A single email address"),
    N_(
        'API Token created: <code style="word-break:break-all;">{token}</code> {copy}<br>Make sure to '
        "copy it now, you won't be able to see it again!"
    ),
    N_("Bad Captcha. Please try again."),
    N_("Bad resource view data"),
    N_(
        "Dear %(user_name)s, You have been invited to %(site_title)s. A user has already been created "
        "for you with the username %(user_name)s. You can change it later. You have been added to the "
        "%(group_type)s %(group_title)s with the following role: %(role_name)s. To accept this invite, "
        "please reset your password at: %(reset_link)s Have a nice day. -- Message sent by "
        "%(site_title)s (%(site_url)s)"
    ),
    N_(
        "Dear %(user_name)s, You have requested your password on %(site_title)s to be reset. Please "
        "click the following link to confirm this request: %(reset_link)s Have a nice day. -- Message "
        "sent by %(site_title)s (%(site_url)s)"
    ),
    N_("Email"),
    N_("Email address"),
    N_("Email Address"),
    N_("Email is required"),
    N_("Email or username"),
    N_("Email {email} is not a valid format"),
    N_(
        "Enter your email address or username into the box and we will send you an email with a link to "
        "enter a new password."
    ),
    N_("Error sending the email. Try again later or contact an administrator for help"),
    N_("Error sending the invite email, the user was not created: {0}"),
    N_("If you wish to invite a new user, enter their email address."),
    N_("Invalid email"),
    N_("Invalid reset key. Please try again."),
    N_("Invalid URL"),
    N_("Invalid URL."),
    N_("No fields were updated. See the metadata diff for more details."),
    N_("Please enter a floating point value"),
    N_("Please enter an integer value"),
    N_("Please enter both passwords"),
    N_("Please provide a valid URL"),
    N_("Please select the file to upload again"),
    N_("Please select the license"),
    N_("The email address '{email}' belongs to a registered user."),
    N_("The username is already associated with another account. Please use a different username."),
    N_("Username or Email"),
    N_("Your profile lets other CKAN users know about who you are and what you do."),
)
COUNTING = (
    ngettext("%(count)s dataset found.", "%(count)s datasets found."),
    ngettext('%(count)s dataset found for "%(query)s".', '%(count)s datasets found for "%(query)s".'),
)
