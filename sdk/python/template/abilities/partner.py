class Partner:
    """Joins a partner's system; this one accepts everything and has twelve of each."""

    def push(self, shares):
        return [exports.partner.Receipt(share.id, True, "", "") for share in shares]

    def query(self, request):
        if request.name != "stock":
            hospes.fail("unsupported", f"it knows nothing of {request.name}")
        product = hospes.object_of(request.parameters).get("product")
        titles = ("型号", "库存") if request.language.startswith("zh") else ("Product", "Available")
        columns = [hospes.types.Column(name, title) for name, title in zip(("product", "available"), titles)]
        return hospes.types.Table(columns, [[hospes.value(product), hospes.value(12)]])
