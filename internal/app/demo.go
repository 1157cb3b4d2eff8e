package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/console"
	"erratum/internal/deliver"
	"erratum/internal/fetch"
	"erratum/internal/newstest"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// demoPace is how many times faster than the world the demo's schedules run: the
// hour after which a missing page counts as removed is six seconds.
const demoPace = 600

// Demo shows the program at work on a bundled news site, in a folder of its own and
// without any network.
type Demo struct {
	In       io.Reader
	Out      io.Writer
	Style    console.Style
	Scripted bool         // play the script through and compare, instead of taking commands
	Change   func(*Parts) // changes the program's parts, for tests that break it; may be nil
}

// ErrDemo is returned by a scripted demo that told something else than the truth
// demands; the differences were printed.
var ErrDemo = errors.New("what was told is not what happened")

// Run plays the demo until it is through, the input ends or ctx ends.
func (d *Demo) Run(ctx context.Context) (err error) {
	site, err := newstest.New()
	if err != nil {
		return err
	}
	pipe := newstest.NewPipe()
	server := site.Serve(pipe)
	defer func() { err = errors.Join(err, server.Close()) }()

	dir, err := os.MkdirTemp("", "erratum-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	journal, err := console.OpenJournal(filepath.Join(dir, "alerts.jsonl"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, journal.Close()) }()

	show := console.NewSink(journal, d.Out, d.Style)
	ear := &ear{next: show}
	app, err := d.start(ctx, dir, site, pipe, ear)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	running := make(chan error, 1)
	go func() { running <- app.Run(ctx) }()
	defer func() {
		cancel()
		err = errors.Join(err, <-running, app.Close())
	}()

	if err := d.follow(ctx, app.Router(), site, show); err != nil {
		return err
	}
	if d.Scripted {
		return play(ctx, site, ear, show.Print)
	}
	return d.talk(ctx, app.Router(), site, show)
}

// start wires the program to the site in memory, at the demo's pace.
func (d *Demo) start(ctx context.Context, dir string, site *newstest.Site, pipe *newstest.Pipe, sink deliver.Sink) (*App, error) {
	parts := Parts{Sink: sink}
	quicken(&parts, site, pipe)
	if d.Change != nil {
		d.Change(&parts)
	}
	return New(ctx, demoConfig(dir), parts)
}

func demoConfig(dir string) Config {
	return Config{Data: filepath.Join(dir, "erratum.db"), KeepPages: "last", Workers: 4}
}

// quicken makes the program read the bundled site at the demo's pace.
func quicken(parts *Parts, site *newstest.Site, pipe *newstest.Pipe) {
	timings := watch.DefaultTimings().Scaled(1.0 / demoPace)
	timings.HostSpacing = 20 * time.Millisecond
	// All articles are as fresh as this morning's, whatever the pace.
	timings.Adaptive = []watch.Step{{Every: timings.MinEvery}}
	parts.Timings, parts.Tick = timings, 100*time.Millisecond
	parts.Courier = deliver.Options{Poll: 50 * time.Millisecond}
	parts.Fetch = func(o *fetch.Options) {
		o.InMemory = map[string]fetch.Dialer{}
		for _, u := range site.URLs() {
			if at, err := url.Parse(u); err == nil {
				o.InMemory[at.Hostname()] = func(ctx context.Context) (net.Conn, error) { return pipe.DialContext(ctx, "", "") }
			}
		}
	}
}

// follow watches every article of the site, as a person would.
func (d *Demo) follow(ctx context.Context, router *command.Router, site *newstest.Site, show *console.Sink) error {
	show.Print(d.Style.Reply(command.Reply{Title: "Erratum demo", Text: fmt.Sprintf(
		"A bundled news site with %d articles, made for this demo: nothing leaves this machine.\nTime runs %d times as fast as it would for real.\n", len(site.URLs()), demoPace)}))
	for _, u := range site.URLs() {
		show.Print("\n> watch add " + u + "\n")
		req, err := console.Parse("watch add " + u)
		if err != nil {
			return err
		}
		show.Print(d.Style.Reply(router.Do(ctx, req)))
	}
	return ctx.Err()
}

// talk plays the script by the clock and answers commands meanwhile.
func (d *Demo) talk(ctx context.Context, router *command.Router, site *newstest.Site, show *console.Sink) error {
	show.Print("\nThe articles change from now on. Try: watch list · diff storm · history storm · why rovers · status · help · quit\n\n")
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var played sync.WaitGroup
	played.Go(func() {
		// It ends with ctx, or with the script; neither is an error here.
		_ = site.Play(ctx, 4, func(s newstest.Step, _ newstest.Truth) {
			show.Print("\n[" + s.Article + "] " + s.Name + "\n")
		})
	})
	c := console.Console{Router: router, Sink: show, In: d.In, Prompt: "> "}
	err := c.Run(ctx)
	cancel()
	played.Wait()
	return err
}

// play takes the script in rounds, one step an article, and waits in each until
// what must be told was told and the rest had the time to stay silent.
func play(ctx context.Context, site *newstest.Site, ear *ear, say func(string)) error {
	if err := settle(ctx, site, ear, unchanged(site)); err != nil {
		return err
	}
	for round := 1; ; round++ {
		steps := site.AdvanceAll()
		if len(steps) == 0 {
			break
		}
		say(fmt.Sprintf("\n== Round %d\n", round))
		for _, t := range steps {
			say("   [" + t.Article + "] " + t.Step + "\n")
		}
		say("\n")
		if err := settle(ctx, site, ear, steps); err != nil {
			return err
		}
	}
	return compare(site, ear, say)
}

// unchanged are steps in which nothing happens to any page. Between being added and its
// first change a page is looked at more than once, and what takes turns on it gets known:
// else an advert that gives way as a note appears is told beside it.
func unchanged(site *newstest.Site) (steps []newstest.Truth) {
	for _, u := range site.URLs() {
		steps = append(steps, newstest.Truth{URL: u})
	}
	return steps
}

// Bounds of waiting for a round to settle.
const (
	roundAtMost  = 20 * time.Second // then what is missing is missing
	quietFetches = 6                // looks at a page that must stay silent
	afterFetches = 2                // looks at a page after its alert: a double would come now
)

// settle waits until a round's steps have had their effect.
func settle(ctx context.Context, site *newstest.Site, ear *ear, steps []newstest.Truth) error {
	start := map[string]int{}
	for _, t := range steps {
		start[t.URL] = site.Fetches(t.URL)
	}
	deadline := time.NewTimer(roundAtMost)
	defer deadline.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	told := ear.counts(steps)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline.C:
			return nil
		case <-look.C:
		}
		done := true
		now := ear.counts(steps)
		for i, t := range steps {
			if !t.Told {
				done = done && site.Fetches(t.URL) >= start[t.URL]+quietFetches
				continue
			}
			if now[i] < told[i]+1 {
				// Not told yet: count the looks from here on.
				start[t.URL] = site.Fetches(t.URL)
				done = false
				continue
			}
			done = done && site.Fetches(t.URL) >= start[t.URL]+afterFetches
		}
		if done {
			return nil
		}
	}
}

// compare prints what was told against the truth.
func compare(site *newstest.Site, ear *ear, say func(string)) error {
	truths := site.Truths()
	problems := newstest.Check(truths, ear.all())
	told, silent := 0, 0
	for _, t := range truths {
		if t.Told {
			told++
		} else {
			silent++
		}
	}
	say(fmt.Sprintf("\n%d alerts for %d steps that had to be told; %d steps had to stay silent.\n", len(ear.all()), told, silent))
	if later := newstest.Unasserted(truths); len(later) > 0 {
		say("Not asserted yet:\n- " + strings.Join(later, "\n- ") + "\n")
	} else {
		say("Not asserted yet: nothing.\n")
	}
	for _, p := range problems {
		say("WRONG " + p.String() + "\n")
	}
	if len(problems) > 0 {
		return ErrDemo
	}
	say("Everything was told once, rightly, and nothing else.\n")
	return nil
}

// ear hears what a sink was given to show, to compare it with the truth.
type ear struct {
	next deliver.Sink
	mu   sync.Mutex
	told []newstest.Told
}

// Send implements deliver.Sink.
func (e *ear) Send(ctx context.Context, d alert.Delivery) (string, error) {
	message, err := e.next.Send(ctx, d)
	if err == nil {
		e.mu.Lock()
		e.told = append(e.told, heard(d))
		e.mu.Unlock()
	}
	return message, err
}

func (e *ear) all() []newstest.Told {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.told)
}

// counts says for each step how many of its notices were heard so far.
func (e *ear) counts(steps []newstest.Truth) []int {
	all := e.all()
	out := make([]int, len(steps))
	for i, t := range steps {
		for _, told := range all {
			if told.URL == t.URL && slices.Contains(t.Notices, told.Notice) {
				out[i]++
			}
		}
	}
	return out
}

// heard puts a delivery into the words of the truth.
func heard(d alert.Delivery) newstest.Told {
	t := newstest.Told{ID: d.ID, URL: d.Notice.Subject.URL, Notice: string(d.Notice.Kind), Summary: d.Notice.Summary + d.Notice.Text}
	r := d.Notice.Report
	if r == nil {
		return t
	}
	t.Announced, t.LabelledAsUpdate = string(r.Announced), r.LabelledAsUpdate
	for _, c := range r.Changes {
		if c.Severity == report.Style {
			continue
		}
		t.Claims = append(t.Claims, newstest.Claim{Kind: string(c.Kind), Before: c.Before, After: c.After})
	}
	for _, n := range r.Notes {
		if n.State != report.NoteKept {
			t.NoteKind, t.NoteText, t.NoteVanished = string(n.Kind), n.Text, n.State == report.NoteVanished
			break
		}
	}
	return t
}
