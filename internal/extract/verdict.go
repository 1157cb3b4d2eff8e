package extract

// wallPhrases are the words of pages that stand before an article.
type wallPhrases struct{ consent, login, blocked, paywall, missing phrases }

func newWallPhrases() wallPhrases { return wallPhrases{} }
