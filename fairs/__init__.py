"""Where they meet: fairs, booths, referrals and results."""
