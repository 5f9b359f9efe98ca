"""The number schemes of councils, taken from the configuration when the catalogue starts."""

from __future__ import annotations

import json

from ckan.common import CKANConfig

from ckanext.digitalms import config
from ckanext.digitalms.council.schemes import SchemeError, schemes_of, use

OPTION = f"{config.PREFIX}council_schemes"


def take(settings: CKANConfig) -> None:
    """Use the schemes of the configuration from now on.

    Raises:
        ValueError: it is no JSON, or a scheme finds nothing, or everything; the sentence says which.
    """
    told = str(settings.get(OPTION) or "").strip()
    try:
        use(schemes_of(json.loads(told) if told else []))
    except json.JSONDecodeError as err:
        raise ValueError(f"{OPTION} is no JSON: {err.msg} in line {err.lineno}, column {err.colno}") from err
    except SchemeError as err:
        raise ValueError(f"{OPTION}: {err}") from err
