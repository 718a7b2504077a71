# What the operator of the server sees: what plugins lack, and the first steps.

plugin-waits-for-setting = First set an address: { $name }
plugin-grant-requested = Grant all of this
plugin-lacks = It is on, but this is missing:
