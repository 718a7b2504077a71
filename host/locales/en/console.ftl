# The console's frame and its small pages.
skip = Skip to content
nav-label = Main
nav-inbox = Inbox
nav-plugins = Plugins
menu-label = Menu of { $name }
menu-visitor = Language and theme
menu-language = Language
menu-theme = Theme
theme-system = System
theme-light = Light
theme-dark = Dark
menu-password = Change password
menu-sign-out = Sign out
role-agent = Agent
role-supervisor = Supervisor
role-administrator = Administrator
list-comma = {", "}
role-sales = Sales
role-marketing = Marketing
role-after-sales = After-sales
role-finance = Finance
role-auditor = Auditor

sign-in-title = Sign in
sign-in-email = E-mail address
sign-in-password = Password
sign-in-button = Sign in
sign-in-wrong = The address or the password is wrong.
sign-in-too-often = { $count ->
    [one] Tried too often. Please try again in a minute.
   *[other] Tried too often. Please try again in { $count } minutes.
}
sign-in-changed = The password is changed. Please sign in with the new one.
sign-in-first = Nobody can sign in yet
sign-in-first-hint = Make the first user with the administrator's token that the start printed, and give them a password:

password-title = Change password
password-current = Current password
password-new = New password
password-again = New password again
password-rule = 10 to 200 characters, at least five different ones. You will have to sign in again on every device.
password-button = Change password
password-current-wrong = This isn't your current password.
password-again-differs = The two new passwords differ.
password-too-easy = The new password is too short or too easily guessed: it needs 10 to 200 characters, at least five different ones.

ended-text = Your session has ended and nothing was saved. What you typed is still on this page: sign in in a new window, come back and send it again.
ended-link = Sign in in a new window
again-title = Please check and send again
again-text = This page was older than your session, so nothing was done. What you typed is below.
again-signed-out = Your session has ended, so nothing was done. What you typed is below to be copied; please sign in again.
again-button = Send again

fault-later = This can't be done right now. Please try again in a few minutes.

time-now = just now
time-minutes-ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
time-hours-ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
time-days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
time-minutes-ahead = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
time-hours-ahead = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
time-days-ahead = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}

problem-denied = You may not see this page.
problem-not-found = This page doesn't exist.
problem-later = This can't be shown right now. Please try again in a few minutes.
problem-internal = Internal server error. The operator finds the cause in the log.
problem-malformed = This request can't be understood.

bell-label = { $count ->
    [0] Notifications
    [one] Notifications, { $count } unread
   *[other] Notifications, { $count } unread
}
notifications-title = Notifications
notifications-which = Which notifications
notifications-all = All
notifications-unread = Unread
notifications-unread-mark = Unread:
notifications-none = No notifications.
notifications-read = Mark as read
notifications-read-all = Mark all as read
