package claim

// rule is one way to recognise a change of a claim. It finds its hits in one site;
// what an earlier rule has told of is left out by the rules that read passage.told.
type rule struct {
	name string
	kind Kind
	base float64 // significance before role and size, methods.md §7 (judgement)
	find func(w *work, s *site) []hit
}

// smallWords is the rule for one or two words; in a headline they are wording.
const smallWords = "word-replaced"

// rules are tried in this order on every edited site: a value in the place of
// another first, then long passages that came or went, then what is left of single
// values, cues and words.
var rules = [...]rule{
	{"dateline-city", Dateline, .30, datelines},
	{"date-replaced", Date, .60, datesReplaced},
	{"number-replaced", Number, .80, numbersReplaced},
	{"number-precision", NumberPrecision, .35, numberPrecision},
	{"figure-replaced", Number, .70, figuresReplaced},
	{"quote-added", QuoteAdded, .50, quotesAdded},
	{"quote-removed", QuoteRemoved, .60, quotesRemoved},
	{"quote-unquoted", QuoteUnquoted, .40, quotesUnquoted},
	{"status-step", Status, .80, statusSteps},
	{"direction-opposite", Direction, .75, directions},
	{"source-replaced", Attribution, .60, sourcesReplaced},
	{"role-beside-name", RoleChanged, .50, roles},
	{"name-respelt", NameSpelling, .40, namesRespelt},
	{"name-replaced", Name, .75, namesReplaced},
	{"quantifier-step", Quantifier, .50, quantifiers},
	{"passage-added", ContentAdded, .40, passagesAdded},
	{"passage-removed", ContentRemoved, .40, passagesRemoved},
	{"number-added", NumberAdded, .50, numbersAdded},
	{"number-removed", NumberRemoved, .50, numbersRemoved},
	{"passage-rewritten", Content, .50, passagesRewritten},
	{"negation-parity", Negation, .85, negations},
	{"event-happened", Status, .50, eventsHappened},
	{"source-added", AttributionAdded, .50, sourcesAdded},
	{"source-removed", AttributionGone, .60, sourcesRemoved},
	{"verb-class", AttributionVerb, .45, reportingVerbs},
	{"hedge-added", HedgeAdded, .60, hedgesAdded},
	{"hedge-removed", HedgeRemoved, .65, hedgesRemoved},
	{"date-added", DateAdded, .50, datesAdded},
	{"date-removed", DateRemoved, .50, datesRemoved},
	{"name-for-words", Name, .50, namesForWords},
	{"name-added", NameAdded, .40, namesAdded},
	{"name-removed", NameRemoved, .40, namesRemoved},
	{"quote-words", Quote, .80, quotesChanged},
	{"words-replaced", Content, .40, wordsReplaced},
	{smallWords, Content, .25, wordReplaced},
}

// heavy are the rules for a passage that was rewritten from end to end: what holds
// without knowing which word stands for which, and the passage as a whole.
var heavy = [...]rule{
	{"date-replaced", Date, .60, datesReplaced},
	{"number-replaced", Number, .80, numbersReplaced},
	{"quote-added", QuoteAdded, .50, quotesAdded},
	{"quote-removed", QuoteRemoved, .60, quotesRemoved},
	{"number-added", NumberAdded, .50, numbersAdded},
	{"number-removed", NumberRemoved, .50, numbersRemoved},
	{"quote-words", Quote, .80, quotesChanged},
	{"passage-rewritten", Content, .50, rewritten},
	{smallWords, Content, .25, wordReplaced},
}
