"""From a vendor's folder to a registered, validated and landed delivery."""
