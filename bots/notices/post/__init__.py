"""Letters by post: a batch goes through the post's web site, driven in a real browser, exactly once.

    bot         notices.post: one run for a batch, its retries, what is left behind when it gives up
    visits      one run: the right to be at the site, browsers, what is left behind
    calling     a batch is called back
    answering   a person says whether a batch in doubt was taken
    posting     what is done next, by the batch's state and the site's own list
    spares      jobs of one name at the site: those too many are cancelled
    checking    what must hold before money is spent
    taking_over numbers and receipt of what is paid
    record      the batch and its dispatches in the record, moved from state to state
    letters     the letters of a batch and what becomes of each
    upload      the files that the site takes: all letters in one PDF, the address list
    site        pages of the site: upload, look, pay, cancel, numbers
    visit       opening a page, keeping the session up, telling errors apart
    sent_once   an order leaves the machine once, whatever becomes of the connection
    sign_in     user and password, once
    rows        tables of the site, by the heads of their columns
    hours       when the site takes letters
    errors      what may go wrong

What the site looks like is data: `config/post_sites/*.yaml`; what it costs: `config/post_rates.yaml`.
"""
