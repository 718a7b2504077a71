# How people sign in.
menu-account = Sign-in and devices
sign-in-code-title = One more step
sign-in-code = Code
sign-in-code-hint = Six digits from your authenticator, or one of the codes that you wrote down when you set it up.
sign-in-code-wrong = This code is wrong, too old, or was used before.
sign-in-again = Begin again
account-title = Sign-in and devices
account-must-enrol = Your role needs a second factor. Please set it up below; until then nothing else can be done.
account-conflict = This can't be done now: a second factor is there already, or nothing is being set up.
account-second = Second factor
account-second-on = on
account-second-off = off
account-second-why = With a second factor a stolen password alone lets nobody in: a code from your telephone is asked for besides.
account-second-begin = Set it up
account-second-scan = Scan this with an authenticator app:
account-second-picture = Code to scan
account-second-type = Or type this secret into it:
account-second-first = The code that it shows now
account-second-confirm = Turn it on
account-second-remove = Turn it off
account-codes = Codes for when your device is lost
account-codes-hint = Each counts once. They are shown only now: write them down and keep them away from the device.
account-codes-left = { $count ->
    [0] No code is left for when your device is lost. Turn the second factor off and on again for new ones.
    [one] { $count } code is left for when your device is lost.
   *[other] { $count } codes are left for when your device is lost.
}
account-sessions = Where you are signed in
account-unknown = Unknown browser
account-used = last used
account-this = this one
account-end-others = Sign out everywhere else
account-policy = Who must have a second factor
account-policy-hint = People with these roles set one up at their next page and can do nothing else before.

sign-in-forgotten = Forgotten?
forgotten-title = Forgotten password
forgotten-how = You get a mail with a link by which you set a new one.
forgotten-button = Send me a link
forgotten-sent = If somebody with this address works here, a mail is on its way. Its link works for 30 minutes.
forgotten-no-mail = This server sends no mail. Please ask an administrator for a new password.
new-password-title = Set a password
new-password-rule = 10 to 200 characters, at least five different ones.
new-password-button = Set the password
new-password-gone = This link was used before or is older than 30 minutes.
sign-in-provider = Sign in by {$name}
sign-in-provider-ended = The sign-in was not completed. Please begin again.
