// guide
