package watch

import "time"

// Step is a row of the adaptive schedule: articles younger than Age are checked
// every Every. The last row's Age is zero and holds for all older ones.
type Step struct{ Age, Every time.Duration }

// Timings are the durations that checking goes by. The zero value of a field is
// not a default; start from [DefaultTimings].
type Timings struct {
	Adaptive []Step        // by the article's age, youngest first
	MinEvery time.Duration // no schedule checks an article more often
	Feeds    time.Duration // feeds without a schedule of their own are polled this often

	ConfirmMin, ConfirmMax time.Duration // a second look at a new text comes after this long
	HeadlineApart          time.Duration // between the two confirmations of a change in the headline only
	HoldCap                time.Duration // a story that is edited again and again is told after this long
	DoubtFor               time.Duration // a suspicious text (halved, tripled, another page, older date) must last this long over three looks
	GoneFor                time.Duration // a missing page must be missing this long over three looks
	BlindAfter             time.Duration // or three bad looks in a row: then it is said once

	RetryMin, RetryCap time.Duration // back-off after bad looks: doubling from, up to (or up to the schedule's own step)
	RetryAfterCap      time.Duration // a server may not send us away for longer
	OfflineAfter       time.Duration // no site answered for this long: the way to the web is to blame; said after three times this

	AlternateEvery  time.Duration // two texts that alternate are told at most once in this time
	AlternateWindow time.Duration // and count as alternating when the last time was within this
	MutedEvery      time.Duration // of changes that are muted one in this time becomes a revision
	LearnEvery      time.Duration // what an article shows is remembered anew for the others of its host
	RewordedFor     time.Duration // a block that the site's other articles show in other words is muted for
	OpenFor         time.Duration // a change told as "no note found" waits this long for its note

	HostSpacing time.Duration // between two requests to one host
	Lease       time.Duration // how long a worker may take for a check
	Patience    time.Duration // how long a person who asked for a check waits for the host's turn
}

// DefaultTimings are those of product.md §4.
func DefaultTimings() Timings {
	const day = 24 * time.Hour
	return Timings{
		Adaptive: []Step{
			{3 * time.Hour, 5 * time.Minute},
			{day, 15 * time.Minute},
			{3 * day, time.Hour},
			{14 * day, 6 * time.Hour},
			{90 * day, day},
			{0, 7 * day},
		},
		MinEvery:        5 * time.Minute,
		Feeds:           FeedEvery,
		ConfirmMin:      60 * time.Second,
		ConfirmMax:      120 * time.Second,
		HeadlineApart:   10 * time.Minute,
		HoldCap:         10 * time.Minute,
		DoubtFor:        30 * time.Minute,
		GoneFor:         time.Hour,
		BlindAfter:      6 * time.Hour,
		RetryMin:        5 * time.Minute,
		RetryCap:        6 * time.Hour,
		RetryAfterCap:   day,
		OfflineAfter:    5 * time.Minute,
		AlternateEvery:  time.Hour,
		AlternateWindow: day,
		MutedEvery:      6 * time.Hour,
		LearnEvery:      time.Hour,
		RewordedFor:     day,
		OpenFor:         30 * day,
		HostSpacing:     time.Second,
		Lease:           2 * time.Minute,
		Patience:        5 * time.Second,
	}
}

// Scaled returns the timings with every duration of the news multiplied by factor,
// so that a demonstration can show a week in a minute. How long a worker may take
// and a person waits stays as it is.
func (t Timings) Scaled(factor float64) Timings {
	steps := make([]Step, len(t.Adaptive))
	for i, s := range t.Adaptive {
		steps[i] = Step{scale(s.Age, factor), scale(s.Every, factor)}
	}
	t.Adaptive = steps
	for _, d := range []*time.Duration{
		&t.MinEvery, &t.Feeds, &t.ConfirmMin, &t.ConfirmMax, &t.HeadlineApart, &t.HoldCap, &t.DoubtFor,
		&t.GoneFor, &t.BlindAfter, &t.RetryMin, &t.RetryCap, &t.RetryAfterCap, &t.OfflineAfter,
		&t.AlternateEvery, &t.AlternateWindow, &t.MutedEvery, &t.LearnEvery, &t.RewordedFor, &t.OpenFor, &t.HostSpacing,
	} {
		*d = scale(*d, factor)
	}
	return t
}

func scale(d time.Duration, factor float64) time.Duration {
	return time.Duration(float64(d) * factor)
}

// every returns the step of the adaptive schedule for an article of this age.
func (t *Timings) every(age time.Duration) time.Duration {
	for _, s := range t.Adaptive {
		if age < s.Age || s.Age == 0 {
			return max(s.Every, t.MinEvery)
		}
	}
	return 7 * 24 * time.Hour
}
