package newstest

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Step is what is done to one article at one time.
type Step struct {
	At      time.Duration // since the start, at the demo's own speed
	Article string
	Name    string // what happens, in plain words
	Edits   []Edit
	// Later says which rule of the program is still missing for this step to be
	// asserted; empty when it is asserted.
	Later string
}

// play makes the next state of the article, and its truth.
func (step Step) play(a *article) (page, Truth, error) {
	next := a.states[len(a.states)-1].clone()
	next.dated = false
	var effects []effect
	for _, e := range step.Edits {
		eff, err := e.edit(&next)
		if err != nil {
			return page{}, Truth{}, err
		}
		effects = append(effects, eff)
	}
	return next, newTruth(a, step, next, effects), nil
}

// Play takes the steps of the script as time goes by, speed times as fast as
// written, and tells of each. It returns when the script or ctx ends.
func (s *Site) Play(ctx context.Context, speed float64, took func(Step, Truth)) error {
	start := time.Now()
	for _, step := range s.script {
		wait := time.NewTimer(time.Duration(float64(step.At)/speed) - time.Since(start))
		select {
		case <-ctx.Done():
			wait.Stop()
			return ctx.Err()
		case <-wait.C:
		}
		if t, ok := s.Advance(step.Article); ok && took != nil {
			took(step, t)
		}
	}
	return nil
}

// script gives all steps, in order of time.
func script(now time.Time) []Step {
	steps := slices.Concat(corrected(now), unannounced(), silent(), away())
	slices.SortStableFunc(steps, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
	return steps
}

// corrected are the changes of which the page says something.
func corrected(now time.Time) []Step {
	return []Step{
		{At: 1 * time.Minute, Article: "council-budget", Name: "a number is corrected, with a note that names it", Edits: []Edit{
			ReplaceNumber{Old: "£2.4 million", New: "£4.2 million"},
			AddNote{Kind: "correction", Text: "Correction: An earlier version of this article misstated the gap in next year’s budget. It is £4.2 million, not £2.4 million."},
		}},
		{At: 7 * time.Minute, Article: "council-budget", Name: "the correction vanishes from the page", Edits: []Edit{DropNote{}}},

		{At: 2 * time.Minute, Article: "sleep-trial", Name: "a statement is added under a note with a slip of the pen", Edits: []Edit{
			AddNote{Kind: "update", Above: true, Text: "Editor’s note: This article was update with a statement by Ines Solvang, a spokeswoman for the research hospital at Tolvane."},
			AddSource{After: "pharmacist who was not involved", Source: "Ines Solvang", Text: "Ines Solvang, a spokeswoman for the research hospital at Tolvane, said patients should not change the time of their tablets without asking. “The trial shows that both are safe, it does not show that the hour is of no importance to the patient,” she said."},
		}},

		{At: 3 * time.Minute, Article: "harbour-trial", Name: "a name is corrected, with a note", Edits: []Edit{
			ReplaceName{Old: "Helena Marsh", New: "Helena Voss", OldShort: "Ms Marsh", NewShort: "Ms Voss"},
			AddNote{Kind: "correction", Text: fillDays("This article was amended on {date 0}. The engineer who gave evidence is Helena Voss, not Helena Marsh as an earlier version said.", now)},
		}},
	}
}

// unannounced are changes of what is said that the page keeps quiet about.
func unannounced() []Step {
	return []Step{
		{At: 90 * time.Second, Article: "storm-coast", Name: "the number of dead is changed in headline and text, without a note", Edits: []Edit{
			ReplaceNumber{Old: "nine people", New: "seven people"},
		}},
		{At: 6 * time.Minute, Article: "storm-coast", Name: "a note owns up to the change of before", Edits: []Edit{
			AddNote{Kind: "correction", Text: "Correction: An earlier version of this article said that nine people had died. The fire service now says that it was seven people."},
		}},

		{At: 4 * time.Minute, Article: "river-front", Name: "the lede is hedged and a second source is added", Edits: []Edit{
			Hedge{Old: "have withdrawn from the east bank", New: "appear to have withdrawn from a stretch of the east bank"},
			AddSource{After: "They left in good order", Source: "Lieutenant Colonel Maren Tovik", Text: "Lieutenant Colonel Maren Tovik, who speaks for the river brigade, said the move had been seen only opposite Dravin. “Further south they are still in their trenches and still shooting,” she said."},
		}},

		{At: 150 * time.Second, Article: "pump-maker-results", Name: "a word inside a quotation is changed", Edits: []Edit{
			QuoteWord{In: "a painful half year for everyone", Old: "painful", New: "mixed"},
		}},

		{At: 5 * time.Minute, Article: "tavira-count", Name: "a quotation of the opposition is taken out", Edits: []Edit{
			RemoveSentence{Text: "“There are villages where the boxes arrived with the lids open, and nobody at the count could tell me why,” said Hugo Farren, who led the observers of the opposition Coast Alliance in the southern districts."},
		}},
	}
}

// silent are changes that no one wants to hear of.
func silent() []Step {
	return []Step{
		{At: 30 * time.Second, Article: "striker-transfer", Name: "two headlines take turns", Edits: []Edit{
			HeadlineFlap{Other: "‘He enjoys it’: Lind on his way to Rovers for a club record"},
		}},
		{At: 210 * time.Second, Article: "striker-transfer", Name: "adverts and comment count change", Edits: []Edit{Refurnish{}}},

		{At: 45 * time.Second, Article: "tavira-count", Name: "a sentence is put more simply", Edits: []Edit{
			RewordStyle{Old: "began counting the postal votes at noon in order to have", New: "started counting the postal votes at noon to have"},
		}},

		{At: 75 * time.Second, Article: "swing-bridge", Name: "adverts, comment count and date format change", Edits: []Edit{Refurnish{}}},
		{At: 195 * time.Second, Article: "swing-bridge", Name: "the text is set anew, with other quotation marks and one paragraph less", Edits: []Edit{
			Reflow{JoinAt: "“If they come by boat"}, Refurnish{},
		}},
	}
}

// away are pages that can't be read for a while, or no more.
func away() []Step {
	return []Step{
		{At: 20 * time.Second, Article: "mill-archive", Name: "the page is removed", Edits: []Edit{Vanish{}}},
		{At: 8 * time.Minute, Article: "mill-archive", Name: "the page is back", Edits: []Edit{Return{}}},

		{At: 40 * time.Second, Article: "museum-theft", Name: "a wall asks whether a person is there", Edits: []Edit{Wall{}}},
		{At: 330 * time.Second, Article: "museum-theft", Name: "the wall is lifted", Edits: []Edit{Lift{}}},

		{At: 50 * time.Second, Article: "observatory-mirror", Name: "the outlet refuses to answer", Edits: []Edit{Wall{Status: 403}}},
		{At: 345 * time.Second, Article: "observatory-mirror", Name: "the outlet answers again", Edits: []Edit{Lift{}}},
	}
}
