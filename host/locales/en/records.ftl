# Lists, records and forms of any kind, and where to go.
nav-more = More
nav-fields = Fields
yes = Yes
no = No
customer-kind-person = Person
customer-kind-organisation = Organisation
task-status-open = Open
task-status-in-progress = In progress
task-status-waiting = Waiting
task-status-done = Done
task-status-cancelled = Cancelled
deal-status-open = Open
deal-status-won = Won
deal-status-lost = Lost
custom-type-text = Line of text
custom-type-long-text = Long text
custom-type-word = Choice
custom-type-boolean = Yes or no
custom-type-integer = Whole number
custom-type-number = Number
custom-type-date = Day
principal-system = the system
principal-user = a colleague
principal-token = a program
principal-installation = a plugin
principal-respondent = the customer
principal-partner-user = somebody at the partner's

records-any = Any
records-clear = Show all
records-setting = Columns and conditions
records-condition = Condition (CEL)
records-condition-hint = Fields by their names, joined by && and ||, for example:
records-columns = Columns
records-apply = Show
records-choose = Choose
records-changed = { $count ->
    [one] { $count } record changed.
   *[other] { $count } records changed.
}
records-none = Nothing here yet.
records-none-found = Nothing was found.
records-count = { $count ->
    [one] { $count } record
   *[other] { $count } records
}
records-more-than = More than { $name } records
records-count-all = Count all
records-export = Export (CSV)
records-set = Set for those chosen
records-set-button = Set
records-more = More
views-label = Saved views
views-all = All
view-own = (yours)
view-save = Save this view
view-change = Change this view
view-change-hint = It gets the conditions, columns and order that are shown above.
view-changed-meanwhile = Somebody else has just changed this view. Open it again to see how it is now.
view-name = Name of the view
view-shared = For everybody
view-remove = Remove the view “{ $name }”
record-new = New: { $name }
record-save = Save
record-create = Create
record-nothing = nothing
record-identities = Known as
record-history = History
record-event-created = Created
record-event-updated = Changed
field-required = (required)
field-list = Several with commas between.
field-money = An amount and its currency: 12.30 CNY
field-utc = In UTC.
field-length = { $least } to { $most } characters.
field-range = { $least } to { $most }.
field-record = Please give a record that there is.
find-title = Find a record or a page
find-button = Find
find-go = page
kind-fields-title = Fields: { $name }
fields-kinds = Kinds of records
fields-added = Your own fields
fields-none = No field was added yet.
fields-add = Add a field
fields-en = English title
fields-zh = Chinese title
fields-name = Name in filters and the API
fields-type = Type
fields-choices = Choices, with commas between
fields-choices-hint = Only for the type “Choice”.
fields-help = What it is for
fields-index = Index it: lists narrowed by it stay fast (writes wait a moment while it is made)
fields-indexed = indexed
fields-used-records = { $count ->
    [0] No record has a value of it.
    [one] { $count } record has a value of it; clear it before the field can go.
   *[other] { $count } records have a value of it; clear those before the field can go.
}
fields-used-views = Saved views name it: { $name }.
fields-used-plugins = Plugins want it: { $name }.
fields-show-records = Show them
fields-force = Remove it all the same: its values go with it, and what names it will not work any more
fields-remove = Remove the field
deal-stage = Stage
deal-move = Move
deal-win = Won
deal-lost-reason = Why it was lost
deal-lose = Lost
team-members = Members
team-leave = Take out
team-leave-name = Take { $name } out of the team
team-join = Take in
team-join-button = Take in
user-uninvited = Can't sign in yet
user-invite = Send an invitation by mail
panel-open = Open
panel-unavailable = This plugin doesn't answer now. Its log says why.
