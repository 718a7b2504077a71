customer-duplicates = 可能是同一人：其他客户使用相同的电话或邮箱
scheme-phone-unverified = 电话（原样，未能识别）
scheme-email-unverified = 邮箱（原样，未能识别）
