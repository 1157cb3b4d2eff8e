package watch

import (
	"slices"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/report"
)

// acknowledgement is what notes say of changes that were told as "no note found".
type acknowledgement struct {
	report *report.Report // the changes and the notes; nil: none
	since  time.Time      // when the first of the changes was seen
}

// acknowledged finds which of the changes that a watch was told without a note are
// spoken of by the notes that it hears of now.
func (d *decision) acknowledged(w Watch, r *report.Report) acknowledgement {
	var open []report.Change
	var from [][2]int // entry and change of each
	for i, o := range d.state.Open {
		if !o.toldTo(w) {
			continue
		}
		for k, c := range o.Changes {
			if !slices.ContainsFunc(open, func(x report.Change) bool { return sameChange(&x, &c) }) {
				open, from = append(open, c), append(from, [2]int{i, k})
			}
		}
	}
	which, told := report.Acknowledges(r, open)
	ack := acknowledgement{report: told}
	for _, n := range which {
		o := d.state.Open[from[n][0]]
		if at := o.seen(); ack.since.IsZero() || at.Before(ack.since) {
			ack.since = at
		}
		d.noted[from[n]] = true
	}
	return ack
}

// toldTo reports whether a watch was told of an open change and not yet of its note. One
// that was added when the page showed the change already was shown it, not told.
func (o OpenChange) toldTo(w Watch) bool {
	return o.Revision <= w.Told && w.Created.Before(o.seen()) && !slices.Contains(o.Missed, w.ID) && (o.Noted == 0 || w.Told < o.Noted)
}

// missOpen remembers which watches went past an open change without being told of it:
// it was taken back, say, before they heard again.
func (d *decision) missOpen() {
	for i := range d.state.Open {
		o := &d.state.Open[i]
		for _, w := range d.watches {
			r, ok := d.heardBy[w.ID]
			if ok && w.Told < o.Revision && !o.in(r) && len(o.Missed) < maxMissed {
				o.Missed = append(slices.Clone(o.Missed), w.ID)
			}
		}
	}
}

// in reports whether a report tells of any of the changes.
func (o OpenChange) in(r *report.Report) bool {
	return r != nil && slices.ContainsFunc(o.Changes, func(c report.Change) bool {
		return slices.ContainsFunc(r.Changes, func(x report.Change) bool { return sameChange(&x, &c) })
	})
}

// expire forgets the changes that waited too long for a note.
func (d *decision) expire() {
	d.state.Open = slices.DeleteFunc(d.state.Open, func(o OpenChange) bool { return d.now.Sub(o.Told) > d.OpenFor })
}

func (o OpenChange) seen() time.Time {
	if o.Seen.IsZero() {
		return o.Told
	}
	return o.Seen
}

// sameChange reports whether two changes tell the same: one revision can be told to
// two watches from different bases.
func sameChange(a, b *report.Change) bool {
	return a.Kind == b.Kind && a.BeforeValue == b.BeforeValue && a.AfterValue == b.AfterValue && a.Before == b.Before && a.After == b.After
}

// all reports whether an acknowledgement is all that a report tells at a threshold: what
// is too small to be told alone is not told for standing beside it.
func (a acknowledgement) all(r *report.Report, t alert.Threshold) bool {
	if a.report == nil {
		return false
	}
	if slices.ContainsFunc(r.Changes, func(c report.Change) bool { return t.Hears(&c) }) {
		return false
	}
	fresh := 0
	for _, n := range r.Notes {
		if n.State != report.NoteKept {
			fresh++
		}
	}
	return fresh == len(a.report.Notes)
}

// acknowledge tells a watch of an acknowledgement.
func (d *decision) acknowledge(w Watch, a acknowledgement, base, newest article.Revision) {
	text := "Acknowledged after " + brief(max(newest.Seen.Sub(a.since), time.Second))
	if a.report.LabelledAsUpdate {
		text += ", labelled as an update"
	}
	s := d.compose(a.report)
	s.Announced = "" // the text says it
	d.deliver(w, alert.Notice{
		Kind: alert.Acknowledged, From: base.Number, To: newest.Number, Text: text + ".", Summary: s.Markdown(),
		FromAt: base.Seen, ToAt: newest.Seen, Fetches: newest.Fetches, Since: a.since, Report: d.between(base, newest, &w),
	}, base.Digest, newest.Digest, int64(newest.Number))
}

// closeNoted takes the acknowledged changes out of those that wait for a note. While
// a watch was told of them and has yet to hear of the note they are kept, marked.
func (d *decision) closeNoted(newest int) {
	var open []OpenChange
	for i, o := range d.state.Open {
		rest, noted := o, o
		rest.Changes, noted.Changes, noted.Noted = nil, nil, newest
		for k, c := range o.Changes {
			if o.Noted == 0 && d.noted[[2]int{i, k}] {
				noted.Changes = append(noted.Changes, c)
			} else {
				rest.Changes = append(rest.Changes, c)
			}
		}
		for _, x := range []OpenChange{rest, noted} {
			if len(x.Changes) > 0 && (x.Noted == 0 || slices.ContainsFunc(d.watches, func(w Watch) bool { return x.toldTo(w) && !d.heardOf(w, x.Noted) })) {
				open = append(open, x)
			}
		}
	}
	d.state.Open = open[max(0, len(open)-maxOpen):]
}

// heardOf reports whether a watch knows a revision once this decision is written.
func (d *decision) heardOf(w Watch, revision int) bool {
	return max(w.Told, d.commit.Told[w.ID]) >= revision
}
