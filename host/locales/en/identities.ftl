customer-duplicates = Perhaps the same person: other customers with the same phone number or address
scheme-phone-unverified = Phone, as typed
scheme-email-unverified = E-mail, as typed
