# What the operator of the server sees: what plugins lack, and the first steps.

plugin-waits-for-setting = First set an address: { $name }
plugin-grant-requested = Grant all of this
plugin-lacks = It is on, but this is missing:

message-undeliverable = Could not be delivered:
message-retry = Send again
undeliverable-not-set-up = the channel isn't set up to send this; ask an administrator.
undeliverable-plugin-failed = the channel's plugin failed; ask an administrator.
undeliverable-mail-server-down = the mail server didn't take it; ask an administrator.
undeliverable-channel-removed = its channel was removed; ask an administrator.
fault-retry-conflict = This message wasn't sent again: it is on its way already, or has arrived.
fault-retry-invalid = This message can't be sent again.

reply-by-why = The channel that this came by carries no answers. You can write to the customer here:
reply-by-to = To
reply-by-button = Reply by e-mail
fault-reply-by-conflict = It wasn't sent: no channel in use can write to this customer now. Ask an administrator.
fault-reply-by-invalid = It wasn't sent: write a text of 1 to 20,000 characters, and choose an address.

nav-setup = Set up ({ $count } left)
setup-title = Set up Hospes
setup-lead = Three steps until the first customer gets an answer. Type the commands on the server, or on any machine with the program; the token is the one that the first start printed.
setup-done = All of this is done.
setup-step-done = done
setup-step-open = to do
setup-people = People who sign in
setup-people-why = Everybody who answers customers has a user of their own. The command asks for the password.
setup-team = A team that takes every ticket
setup-team-why = Every class of tickets has a team with somebody in it.
setup-team-untaken = Nobody gets tickets of these classes yet: { $name }
setup-channel = A channel
setup-channel-why = No channel is in use, so nobody can reach you. Put one to use; what it still lacks stands on the page of plugins.
setup-channel-there = In use: { $name }
