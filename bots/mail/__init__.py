"""What a mail holds: its papers and what a fax gateway says of them.

Mails come from anywhere, so one is opened by a child process with limits (`child`), which knows the standard
library only and starts quickly. Nothing here may import a package.
"""
