package claim

// rule is one way to recognise a change of a claim. It finds its hits in one site;
// what an earlier rule has told of is left out by the rules that read passage.told.
type rule struct {
	name string
	kind Kind
	find func(w *work, s *site) []hit
}

// smallWords is the rule for one or two words; in a headline they are wording.
const smallWords = "word-replaced"

// rules are tried in this order on every edited site: a value in the place of
// another first, then long passages that came or went, then what is left of single
// values, cues and words.
var rules = [...]rule{
	{"roles-exchanged", Content, rolesExchanged},
	{"dateline-city", Dateline, datelines},
	{"date-replaced", Date, datesReplaced},
	{"number-replaced", Number, numbersReplaced},
	{"bound-turned", NumberPrecision, boundsTurned},
	{"number-precision", NumberPrecision, numberPrecision},
	{"figure-replaced", Number, figuresReplaced},
	{"quote-added", QuoteAdded, quotesAdded},
	{"quote-removed", QuoteRemoved, quotesRemoved},
	{"quote-unquoted", QuoteUnquoted, quotesUnquoted},
	{"quote-quoted", QuoteQuoted, quotesQuoted},
	{"source-replaced", Attribution, sourcesReplaced},
	{"name-respelt", NameSpelling, namesRespelt},
	{"name-replaced", Name, namesReplaced},
	{"quote-words", Quote, quotesChanged},
	{"status-step", Status, statusSteps},
	{"direction-opposite", Direction, directions},
	{"role-beside-name", RoleChanged, roles},
	{"quantifier-step", Quantifier, quantifiers},
	{"source-added", AttributionAdded, sourcesAdded},
	{"source-removed", AttributionGone, sourcesRemoved},
	{"agent-added", ContentAdded, agentsAdded},
	{"agent-removed", ContentRemoved, agentsRemoved},
	{"passage-added", ContentAdded, passagesAdded},
	{"passage-removed", ContentRemoved, passagesRemoved},
	{"number-added", NumberAdded, numbersAdded},
	{"number-removed", NumberRemoved, numbersRemoved},
	{"passage-rewritten", Content, passagesRewritten},
	{"negation-parity", Negation, negations},
	{"prefix-negates", Negation, prefixes},
	{"event-happened", Status, eventsHappened},
	{"verb-class", AttributionVerb, reportingVerbs},
	{"hedge-added", HedgeAdded, hedgesAdded},
	{"hedge-removed", HedgeRemoved, hedgesRemoved},
	{"date-added", DateAdded, datesAdded},
	{"date-removed", DateRemoved, datesRemoved},
	{"name-for-words", Name, namesForWords},
	{"pronoun-turned", Content, pronounsTurned},
	{"name-added", NameAdded, namesAdded},
	{"name-removed", NameRemoved, namesRemoved},
	{"sort-replaced", Content, sortsReplaced},
	{"words-replaced", Content, wordsReplaced},
	{"thing-replaced", Content, thingReplaced},
	{"modifier-added", ContentAdded, modifiersAdded},
	{"modifier-removed", ContentRemoved, modifiersRemoved},
	{smallWords, Content, wordReplaced},
}

// heavy are the rules for a passage that was rewritten from end to end: what holds
// without knowing which word stands for which, and the passage as a whole.
var heavy = [...]rule{
	{"date-replaced", Date, datesReplaced},
	{"number-replaced", Number, numbersReplaced},
	{"quote-added", QuoteAdded, quotesAdded},
	{"quote-removed", QuoteRemoved, quotesRemoved},
	{"number-added", NumberAdded, numbersAdded},
	{"number-removed", NumberRemoved, numbersRemoved},
	{"source-replaced", Attribution, sourcesReplaced},
	{"quote-words", Quote, quotesChanged},
	{"passage-rewritten", Content, rewritten},
	{smallWords, Content, wordReplaced},
}
