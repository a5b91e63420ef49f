"""Food diaries: what people log, read in the forms they log it in, each line matched to a food or called unknown."""
