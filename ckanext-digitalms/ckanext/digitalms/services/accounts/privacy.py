"""What would tell others who has an account here, or who reads here."""

from __future__ import annotations

from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from bs4 import BeautifulSoup
from ckan import model
from ckan.common import CKANConfig

__all__ = ["keep_accounts_private", "without_remote_pictures"]


def keep_accounts_private(config: CKANConfig) -> None:
    """Show no members with an organisation, ask no other site for pictures of people, and tell no mailbox.

    Whatever the configuration says. CKAN gives the MD5 of the mailbox with every account: whoever knows or
    guesses an address would find it again.
    """
    model.User.email_hash = property(_no_hash)
    config["ckan.auth.public_user_details"] = False
    config["ckan.gravatar_default"] = "disabled"


def without_remote_pictures(html: str) -> str:
    """Make links of pictures of other sites, which would learn who reads what."""
    if "<img" not in html:
        return html
    soup = BeautifulSoup(html, "html.parser")
    for picture in soup.find_all("img"):
        address = str(picture.get("src") or "")
        del picture["srcset"]
        if urlsplit(address).netloc in {"", urlsplit(str(tk.config["ckan.site_url"])).netloc}:
            continue
        words = str(picture.get("alt") or "") or address
        if picture.find_parent("a"):
            picture.replace_with(words)
            continue
        link = soup.new_tag("a", attrs={"href": address, "rel": "nofollow noreferrer"})
        link.string = words
        picture.replace_with(link)
    return str(soup)


def _no_hash(account: model.User) -> str:
    del account
    return ""
