class Panel:
    """Shows a customer's loyalty points."""

    def points(self, text):
        return [exports.panel.Block_Heading("Loyalty"), exports.panel.Block_Text(text)]

    def render(self, context):
        give = exports.panel.Button("give", "Give 10")
        return [*self.points("No points yet."), exports.panel.Block_Buttons([give])]

    def act(self, action):
        if action.name != "give":
            hospes.fail("unsupported", f"there is no button {action.name}")
        return self.points("10 points.")
