"""A fax provider's web site, visited in a real browser: every fax there becomes one delivery.

    bot          intake.portal: one visit, its retries, what is left behind when it gives up
    credentials  who signs in
    standing     whether we may sign in, what could not be fetched so far
    kept         the session of the last visit
    visit        pages: sign in, inbox, download, mark
    sight        what a page that is shown is
    listing      rows of the inbox, whatever the order of their columns
    sign_in      user and password, once
    files        the file of a fax, several at a time
    whole        whether a file is what the list promised
    entering     from a file to a delivery, once
    unfetched    faxes that did not come whole, and when each is tried again
    fetch        page by page: what is not in the record is fetched, entered, marked

The browser, and what is kept of a visit: `bots.browsing`. What a site looks like is data: `config/portals/*.yaml`.
"""
