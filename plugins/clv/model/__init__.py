"""The statistical model: plain Python that knows nothing of the contract, so that it runs and is tested anywhere.

`bgnbd` says how often a customer will buy and whether there still is one, `gamma_gamma` what a purchase will be worth,
`lifetime` puts both together, `rfm` grades, `history` turns orders into what the models take.
"""
