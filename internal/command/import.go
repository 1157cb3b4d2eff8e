package command

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"erratum/internal/alert"
	"erratum/internal/report"
	"erratum/internal/watch"
)

const (
	maxImport     = 500     // entries at once
	maxImportSize = 1 << 20 // bytes of a file
	importErrors  = 10      // lines that the answer names; the rest is in a file
)

func importSpecs() []Spec {
	return []Spec{
		{Name: "watch import", Summary: "watch what a list names: addresses, CSV or OPML", Write: true, Options: []Option{
			{Name: "file", Summary: "text with an address on each line, CSV as `watch export` writes it, or OPML", Kind: Upload},
			{Name: "list", Summary: "addresses, one after the other", Words: true},
			{Name: "alerts", Summary: "what to tell where the list does not say: all, facts or notes", Choices: []string{"all", "facts", "notes"}},
			channelOption,
		}, Examples: []string{"watch import file:articles.csv", "watch import list:https://example.org/1 https://example.org/2"}},
		{Name: "watch export", Summary: "all watches and feeds as a CSV file"},
	}
}

// entry is a line of a list: a watch or feed that somebody wants.
type entry struct {
	line int
	feed bool
	args map[string]string // as options of watch add and watch feed
}

// imports makes watches and feeds of a list. Nothing is looked at first: the first
// check of each does that, and says it when it can't be read.
func (r *Router) imports(ctx context.Context, req Request) (Reply, error) {
	data := req.File
	if len(data) == 0 {
		data = []byte(strings.Join(strings.Fields(req.Args["list"]), "\n"))
	}
	entries, err := readList(data)
	if err != nil {
		return Reply{}, err
	}
	to, err := r.destination(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	req.Args["channel"] = to.Channel
	all, feeds, err := r.listing(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	in := importing{r: r, begun: r.o.Now(), req: req, watches: len(all), feeds: len(feeds), places: map[string]error{}}
	for _, e := range entries {
		if err := in.one(ctx, e); err != nil {
			return Reply{}, err
		}
	}
	return in.reply(), nil
}

// importing is a list being imported.
type importing struct {
	r              *Router
	req            Request
	begun          time.Time
	watches, feeds int // that the guild has
	added, changed int
	failed         []string
	places         map[string]error // channels that were checked
}

// one imports an entry. Its error ends the import; what is wrong with the entry is
// written down.
func (i *importing) one(ctx context.Context, e entry) error {
	made, err := i.make(ctx, e)
	var refusal *Error
	switch {
	case err == nil && made:
		i.added++
	case err == nil:
		i.changed++
	case errors.As(err, &refusal):
		i.failed = append(i.failed, fmt.Sprintf("line %d: %s", e.line, refusal.Text))
	default:
		text, ours := Words(err)
		if ours {
			return err
		}
		i.failed = append(i.failed, fmt.Sprintf("line %d: %s", e.line, text))
	}
	return nil
}

// make makes a watch or feed, or edits the one that is there.
func (i *importing) make(ctx context.Context, e entry) (made bool, err error) {
	for _, o := range []string{"alerts", "channel"} {
		e.args[o] = firstOf(e.args[o], i.req.Args[o])
	}
	req := i.req
	req.Args = e.args
	channel := e.args["channel"]
	if _, known := i.places[channel]; !known {
		i.places[channel] = i.r.mayPost(ctx, req, channel)
	}
	if err := i.places[channel]; err != nil {
		return false, err
	}
	to := alert.Destination{Guild: req.Guild, Channel: channel}
	if e.feed {
		f := watch.Feed{URL: e.args["url"], Destination: to, Keep: defaultKeep, Creator: req.User}
		if i.feeds >= i.r.o.MaxFeeds {
			return false, refuse("", "all %d feeds that are allowed here are used.", i.r.o.MaxFeeds)
		}
		if err := i.r.choose(&f, e.args); err != nil {
			return false, err
		}
		if _, made, err = i.r.o.Polls.Enrol(ctx, f); made {
			i.feeds++
		}
		return made, err
	}
	// Lists are in the order of time: what comes of one line stands before the next.
	i.begun = i.begun.Add(time.Millisecond)
	w := watch.Watch{URL: e.args["url"], Destination: to, Schedule: "adaptive", Creator: req.User, Created: i.begun}
	if i.watches >= i.r.o.MaxWatches {
		return false, refuse("", "all %d watches that are allowed here are used.", i.r.o.MaxWatches)
	}
	if err := i.r.chooseWatch(&w, e.args); err != nil {
		return false, err
	}
	if err := readRules(&w, e.args["ignore"], i.r.o.Now()); err != nil {
		return false, err
	}
	if _, made, err = i.r.o.Checks.Enrol(ctx, w); made {
		i.watches++
	}
	return made, err
}

// reply says what came of each line.
func (i *importing) reply() Reply {
	var b strings.Builder
	fmt.Fprintf(&b, "%s new", count(i.added, "entry is", "entries are"))
	if i.changed > 0 {
		fmt.Fprintf(&b, ", %s there already", count(i.changed, "was", "were"))
	}
	if len(i.failed) > 0 {
		fmt.Fprintf(&b, ", %d could not be taken", len(i.failed))
	}
	b.WriteString(". Each is looked at in its turn; `watch list` shows them.\n")
	for _, f := range i.failed[:min(len(i.failed), importErrors)] {
		b.WriteString("- " + f + "\n")
	}
	reply := Reply{Title: "Import", Text: strings.TrimRight(b.String(), "\n")}
	if len(i.failed) > importErrors {
		reply.Text += fmt.Sprintf("\n- and %d more, in the file", len(i.failed)-importErrors)
		reply.File = &File{Name: "import-errors.txt", Data: []byte(report.Unmark(strings.Join(i.failed, "\n")) + "\n")}
	}
	return reply
}

// readList reads a list: OPML, CSV with a column "url", or addresses line by line.
func readList(data []byte) (out []entry, err error) {
	data = bytes.TrimSpace(bytes.TrimPrefix(bytes.ToValidUTF8(data, []byte("\uFFFD")), []byte("\uFEFF")))
	switch {
	case len(data) == 0:
		return nil, refuse("`watch import file:…` takes text, CSV or OPML.", "There is nothing to import.")
	case len(data) > maxImportSize:
		return nil, refuse("Cut it into parts.", "That file is larger than %d KB.", maxImportSize>>10)
	case data[0] == '<':
		out, err = readOPML(data)
	case isTable(data):
		out, err = readTable(data)
	default:
		out = readLines(string(data))
	}
	switch {
	case err != nil:
		return nil, refuse("`watch export` shows the form.", "The list can't be read: %s.", report.Escape(clip(oneLine(err.Error()), 200)))
	case len(out) == 0:
		return nil, refuse("Put an address on each line.", "There is no address in that list.")
	case len(out) > maxImport:
		return nil, refuse("Cut it into parts.", "The list has %d entries; at most %d are taken at once.", len(out), maxImport)
	}
	return out, nil
}

// readLines reads an address from each line. What begins with # is a comment, and what
// begins with "feed " a feed.
func readLines(data string) (out []entry) {
	for n, line := range strings.Split(data, "\n") {
		line = oneLine(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		rest, feed := strings.CutPrefix(line, "feed ")
		url, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
		out = append(out, entry{line: n + 1, feed: feed, args: map[string]string{"url": strings.Trim(url, "<>,;\"")}})
	}
	return out
}

// tableColumns are those that a table is written with and read by; others are passed
// over.
func tableColumns() []string {
	return []string{"kind", "url", "title", "channel", "alerts", "schedule", "mention", "thread", "match", "keep", "ignore"}
}

// separator is that of a table whose first line names a column "url"; 0: it is none.
func separator(data []byte) rune {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	for _, sep := range ",;\t" {
		cells := strings.Split(strings.ToLower(string(first)), string(sep))
		if slices.ContainsFunc(cells, func(c string) bool { return strings.Trim(c, " \"\r") == "url" }) {
			return sep
		}
	}
	return 0
}

func isTable(data []byte) bool { return separator(data) != 0 }

func readTable(data []byte) (out []entry, err error) {
	table := csv.NewReader(bytes.NewReader(data))
	table.Comma, table.FieldsPerRecord, table.LazyQuotes, table.TrimLeadingSpace = separator(data), -1, true, true
	head, err := table.Read()
	if err != nil {
		return nil, err
	}
	for {
		cells, err := table.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := table.FieldPos(0)
		e := entry{line: line, args: map[string]string{}}
		for i, c := range cells[:min(len(cells), len(head))] {
			switch name, raw, c := strings.ToLower(strings.TrimSpace(head[i])), c, oneLine(c); {
			case c == "" || name == "title":
			case name == "ignore":
				e.args[name] = raw // its lines count
			case name == "kind":
				e.feed = strings.EqualFold(c, "feed")
			case slices.Contains(tableColumns(), name):
				e.args[name] = c
			}
		}
		if e.args["url"] != "" {
			out = append(out, e)
		}
	}
}

// readOPML reads outlines: what has an xmlUrl is a feed, what has only a url or
// htmlUrl an article.
func readOPML(data []byte) (out []entry, err error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		e, ok := t.(xml.StartElement)
		if !ok || !strings.EqualFold(e.Name.Local, "outline") {
			continue
		}
		at := map[string]string{}
		for _, a := range e.Attr {
			at[strings.ToLower(a.Name.Local)] = oneLine(a.Value)
		}
		url := firstOf(at["xmlurl"], firstOf(at["url"], at["htmlurl"]))
		if url != "" {
			line, _ := d.InputPos()
			out = append(out, entry{line: line, feed: at["xmlurl"] != "", args: map[string]string{"url": url}})
		}
	}
}

// exports writes all watches and feeds as a table that imports reads.
func (r *Router) exports(ctx context.Context, req Request) (Reply, error) {
	all, feeds, err := r.listing(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	if len(all)+len(feeds) == 0 {
		return Reply{Text: "Nothing is watched here yet. Add an article with `watch add URL`."}, nil
	}
	var b bytes.Buffer
	table := csv.NewWriter(&b)
	rows := [][]string{tableColumns()}
	for _, f := range feeds {
		rows = append(rows, []string{"feed", f.URL, cell(f.Title), f.Destination.Channel, string(f.Alerts), f.Schedule, f.Mention, onOff(f.Thread), strings.Join(f.Match, ", "), hours(f), ""})
	}
	n := 0
	for _, w := range all {
		if w.Feed != "" {
			continue // its feed makes it again
		}
		n++
		rows = append(rows, []string{"article", w.URL, cell(w.Title), w.Destination.Channel, string(w.Alerts), w.Schedule, w.Mention, onOff(w.Thread), "", "", writeRules(w)})
	}
	if err := table.WriteAll(rows); err != nil {
		return Reply{}, fmt.Errorf("write a table: %w", err)
	}
	return Reply{
		Text: fmt.Sprintf("%s and %s. `watch import` reads the file.", count(n, "watch", "watches"), count(len(feeds), "feed", "feeds")),
		File: &File{Name: "erratum-watches.csv", Data: b.Bytes()},
	}, nil
}

// onOff is a choice as it is typed; empty for what is so by default.
func onOff(on bool) string {
	if on {
		return "on"
	}
	return ""
}

// hours is how long a feed's articles are kept, as it is typed.
func hours(f watch.FollowedFeed) string { return fmt.Sprintf("%dh", int(f.Keep.Hours())) }

// cell keeps a title from being read as a formula by spreadsheets.
func cell(s string) string {
	if s = oneLine(s); s != "" && strings.ContainsAny(s[:1], "=+-@") {
		return "'" + s
	}
	return s
}
