package report_test

import (
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/diff/claim"
	"erratum/internal/report"
)

// TestWeights has an edit for every row of the tables of weights, in the last
// paragraph unless it is marked "# " for the headline, "@ " for the byline or "= " for
// the dateline. What it weighs there is written beside it, so that whoever turns a
// weight sees what follows.
func TestWeights(t *testing.T) {
	tests := []struct {
		before, after string
		kind          claim.Kind
		rule          string // when it has a weight of its own
		want          float64
		severity      report.Severity
	}{
		{"The board did not sign the contract.", "The board signed the contract.", claim.Negation, "", .815, report.Critical},
		{"Police said 12 dockers were on the pier.", "Police said 17 dockers were on the pier.", claim.Number, "", .663, report.Major},
		{"Police said 12 dockers were hurt.", "Police said 24 dockers were hurt.", claim.Number, "", .77, report.Major},
		{"Police found dockers on the pier.", "Police found 17 dockers on the pier.", claim.NumberAdded, "", .45, report.Minor},
		{"Police found 17 dockers on the pier.", "Police found dockers on the pier.", claim.NumberRemoved, "", .45, report.Minor},
		{"About 3,000 dockers live here.", "3,000 dockers live here.", claim.NumberPrecision, "", .315, report.Style},
		{"More than half of the dockers came.", "Less than half of the dockers came.", claim.NumberPrecision, "bound-turned", .675, report.Major},
		{"All dockers joined the strike.", "Some dockers joined the strike.", claim.Quantifier, "", .45, report.Minor},
		{"Prices rose in the harbour.", "Prices fell in the harbour.", claim.Direction, "", .675, report.Major},
		{"A docker was arrested.", "A docker was charged.", claim.Status, "", .77, report.Major},
		{"“We have never seen such a crane fall in all our years here,” he said.", "“We have rarely seen such a crane fall in all our years here,” he said.", claim.Quote, "", .77, report.Major},
		{"The mayor spoke.", "The mayor spoke. “We have never seen such a crane fall in all our years here,” he said.", claim.QuoteAdded, "", .45, report.Minor},
		{"The mayor spoke. “We have never seen such a crane fall in all our years here,” he said.", "The mayor spoke.", claim.QuoteRemoved, "", .54, report.Minor},
		{"He called it “a disgrace for the whole town”.", "He called it a disgrace for the whole town.", claim.QuoteUnquoted, "", .36, report.Minor},
		{"He called it a disgrace for the whole town.", "He called it “a disgrace for the whole town”.", claim.QuoteQuoted, "", .36, report.Minor},
		{"The captain is Helena Marsh.", "The captain is Olga Brandt.", claim.Name, "", .725, report.Major},
		{"The captain sailed on.", "The captain sailed on with Olga Brandt.", claim.NameAdded, "", .36, report.Minor},
		{"The captain sailed on with Olga Brandt.", "The captain sailed on.", claim.NameRemoved, "", .36, report.Minor},
		{"The captain is Rusty Russel.", "The captain is Rusty Russell.", claim.NameSpelling, "", .36, report.Minor},
		{"Deputy Minister Olga Brandt came.", "Minister Olga Brandt came.", claim.RoleChanged, "", .45, report.Minor},
		{"The hearing starts on Tuesday.", "The hearing starts on Friday.", claim.Date, "", .60, report.Major},
		{"The hearing starts in the town hall.", "The hearing starts in the town hall on 3 May 2024.", claim.DateAdded, "", .45, report.Minor},
		{"The hearing starts in the town hall on 3 May 2024.", "The hearing starts in the town hall.", claim.DateRemoved, "", .45, report.Minor},
		{"The crane fell, according to the army.", "The crane fell, according to the fire brigade.", claim.Attribution, "", .60, report.Major},
		{"The crane fell.", "The crane fell, according to the fire brigade.", claim.AttributionAdded, "", .45, report.Minor},
		{"The crane fell, according to the fire brigade.", "The crane fell.", claim.AttributionGone, "", .54, report.Minor},
		{"The board said the crane was safe.", "The board claimed the crane was safe.", claim.AttributionVerb, "", .405, report.Minor},
		{"The crane was pushed by a ship.", "The crane was allegedly pushed by a ship.", claim.HedgeAdded, "", .54, report.Minor},
		{"The crane was allegedly pushed by a ship.", "The crane was pushed by a ship.", claim.HedgeRemoved, "", .585, report.Minor},
		{"# Town votes to keep library", "# Sale rejected after long dispute over hotel", claim.Headline, "", .625, report.Major},
		{"# Man held over arson", "# Man kept over arson", claim.HeadlineWording, "", .375, report.Minor},
		{"@ Ana Reyes", "@ Piet Oosting", claim.Byline, "", .30, report.Style},
		{"= LISBON —", "= PORTO —", claim.Dateline, "", .27, report.Style},
		{"The library is open.", "The library is open. A local historian will lead tours of the reading room every summer.", claim.ContentAdded, "", .36, report.Minor},
		{"The library is open. A local historian will lead tours of the reading room every summer.", "The library is open.", claim.ContentRemoved, "", .36, report.Minor},
		{"The owner of the yacht fed the old brown dog on the quay every morning before work.", "The owner of the yacht fed the kitten on the quay every morning before work.", claim.Content, "", .36, report.Minor},
		{"The crane fell under the weight of snow.", "The crane fell in a landslide of mud and rock.", claim.Content, "passage-rewritten", .45, report.Minor},
		{"House prices climbed in the old town.", "House prices soared in the old town.", claim.Content, "word-replaced", .225, report.Style},
		{"The ship left in 12 January.", "The ship left in 43 January.", claim.Date, "figure-replaced", .68, report.Major},
		{"The ship will sail at noon.", "The ship sailed at noon.", claim.Status, "event-happened", .60, report.Major},
		{"The docker pushed the guard into the water.", "The guard pushed the docker into the water.", claim.Content, "roles-exchanged", .725, report.Major},
		{"The ship hit a bus.", "The ship hit a train.", claim.Content, "sort-replaced", .54, report.Minor},
		{"The docker was pushed into the water.", "The docker was pushed by a guard into the water.", claim.ContentAdded, "agent-added", .54, report.Minor},
		{"The docker was pushed by a guard into the water.", "The docker was pushed into the water.", claim.ContentRemoved, "agent-removed", .54, report.Minor},
		{"Our private partner will help.", "HackerOne will help.", claim.Name, "name-for-words", .45, report.Minor},
	}
	missing := map[string]bool{}
	kinds, rules := report.Weighed()
	for _, k := range kinds {
		missing[string(k)] = true
	}
	for _, r := range rules {
		missing[r] = true
	}
	for _, tt := range tests {
		r := report.Compare(weighed(tt.before), weighed(tt.after))
		if len(r.Changes) == 0 {
			t.Errorf("%s → %s: nothing", tt.before, tt.after)
			continue
		}
		c := r.Changes[0]
		if c.Kind != tt.kind || tt.rule != "" && c.Rule != tt.rule || c.Significance != tt.want || c.Severity != tt.severity {
			t.Errorf("%s → %s: %s by %s weighs %v, %s", tt.before, tt.after, c.Kind, c.Rule, c.Significance, c.Severity)
		}
		if tt.rule == "" {
			delete(missing, string(tt.kind))
		}
		delete(missing, tt.rule)
	}
	for row := range missing {
		t.Errorf("no edit for the weight of %s", row)
	}
}

// weighed is an article with a line at the place that its mark says.
func weighed(line string) *article.Article {
	a := version("The town of Kessin is on the coast.\nThe pier has been shut since Monday, and the town waits for news of it.\nNobody could say when it opens.", "en")
	switch mark, rest, _ := strings.Cut(line, " "); mark {
	case "#":
		a.Headline = rest
	case "@":
		a.Bylines = []string{rest}
	case "=":
		a.Blocks = append(a.Blocks, article.Block{Role: article.Dateline, Text: rest})
	default:
		a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: line})
	}
	return a
}
