"""Web sites visited in a real browser: what every such bot needs.

chromium     the browser, what it may say and leave behind
credentials  who signs in, from the environment or a mounted file
witness      screenshot, trace and diary of a visit, without passwords
scrub        taking secrets out of texts, traces and pictures
holding      one run at a time at a site
errors       the browser ended
"""
