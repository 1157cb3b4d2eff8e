package app_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"erratum/internal/command"
	"erratum/internal/discordtest"
)

var update = flag.Bool("update", false, "write the golden transcript")

// The channels and people of the day.
const (
	newsroom, atDesk = "300000000000000021", "300000000000000022"
	editorID         = "500000000000000001"
)

// where is what a day needs of the place where it happens: programs, and time. The day is
// lived twice: in this process on virtual time (dayvirtual_test.go), and in programs of
// their own over a Redis (dayreal_test.go).
type where interface {
	// start starts a program, and returns when it has Discord's session or waits for it.
	start() program
	// pass lets time pass, and returns when all is done that came due in it.
	pass(d time.Duration)
	// site is where the pages are, in place of soundSite.
	site() string
}

// program is one that runs. Where it can't be killed it is stopped.
type program interface {
	stop()
	kill()
}

// soundSite is where the pages are as the transcript has it.
const soundSite = "http://sound.test"

// workday is a day in a guild: two programs over one store, a site whose pages change, and
// a transcript of what an editor does and reads.
type workday struct {
	t *testing.T
	where
	discord  *discordtest.Server
	sessions int       // that programs began so far
	free     time.Time // an hour that is far from the present one
	out      strings.Builder

	mu    sync.Mutex
	pages map[string]int // the number that each page gives
	looks map[string]int // how often each was asked for
	feed  []string

	guild, channel string
	last           *discordtest.Message // the answer, or the alert, that is looked at
	typed          map[string]bool      // commands
	shown, pressed map[string]bool      // verbs of custom ids
}

func newWorkday(t *testing.T) *workday {
	d := &workday{
		t: t, pages: map[string]int{}, looks: map[string]int{}, free: time.Now().UTC().Truncate(time.Hour).Add(12 * time.Hour),
		guild: guildA, channel: newsroom, typed: map[string]bool{}, shown: map[string]bool{}, pressed: map[string]bool{},
	}
	for i, p := range []string{"/asham", "/bellwick", "/corsley", "/dunmere", "/eastry", "/farley", "/goswick", "/harby", "/inkpen", "/kelsby", "/lorton", "/marden"} {
		d.pages[p] = 100 * (i + 1)
	}
	return d
}

// onDiscord starts the Discord of the day.
func (d *workday) onDiscord(o discordtest.Options) {
	d.t.Helper()
	o.Token = testToken
	o.Guilds = []discordtest.Guild{
		{ID: guildA, Name: "Newsroom", OwnerID: "400000000000000001", Roles: []discordtest.Role{{ID: "600000000000000001", Name: "editors", Mentionable: true}},
			Channels: []discordtest.Channel{{ID: newsroom, Name: "newsroom"}, {ID: atDesk, Name: "desk"}}},
		{ID: guildB, Name: "Others", OwnerID: "400000000000000002", Channels: []discordtest.Channel{{ID: channelB, Name: "others"}}},
	}
	if schema := filepath.Join("..", "..", "..", "shared", "data", "discord-openapi.json"); exists(schema) {
		o.Schema = schema
	}
	var err error
	if d.discord, err = discordtest.New(o); err != nil {
		d.t.Fatal(err)
	}
}

// live is the day, with every command, button, menu and form: one program is killed in the
// middle of it and started anew, then the other is stopped.
func (d *workday) live() {
	defer func() {
		if d.t.Failed() {
			fmt.Println(d.out.String()) // what is left open would hide it
		}
	}()
	first := d.start()
	d.answered()
	second := d.start()
	d.morning()
	first.kill() // the other takes over
	d.answered()
	d.noon()
	first = d.start()
	second.stop()
	d.answered()
	d.evening()
	first.stop()
	d.compare()
}

func (d *workday) serve(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.URL.Path == "/feed.xml" {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>The Sound</title><link>http://%s/</link>`, r.Host)
		for _, p := range d.feed {
			fmt.Fprintf(w, `<item><title>%s</title><link>http://%s%s</link></item>`, strings.Trim(p, "/"), r.Host, p)
		}
		fmt.Fprint(w, `</channel></rss>`)
		return
	}
	n, ok := d.pages[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	d.looks[r.URL.Path]++
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>Flood in %[1]s</title></head><body><article>
<h1>River breaks its banks at %[1]s</h1>
<p>The river at %[1]s broke its banks in the night after two days of rain, and the lower town was cleared by boat before morning.</p>
<p>Read by %[3]d people today</p>
<p>Fire crews brought %[2]d residents out of their homes, the county said, and put them up in the sports hall on the hill.</p>
<p>The bridge on the mill road is closed until engineers have looked at its piers. Buses go round by the upper town.</p>
<p>“We had warned people on Friday, and most had carried their things upstairs,” said the mayor, Anneke Brandt.</p>
</article></body></html>`, strings.ToUpper(r.URL.Path[1:2])+r.URL.Path[2:], n, 1000+d.looks[r.URL.Path])
}

// publish sets the number that a page gives.
func (d *workday) publish(path string, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pages[path] = n
	fmt.Fprintf(&d.out, "\n== %s says %d\n", path, n)
}

// lists sets what the feed lists.
func (d *workday) lists(paths ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.feed = paths
}

// nowhere undoes there. What names the site alone leaves its port out.
func (d *workday) nowhere(s string) string {
	at, err := url.Parse(d.site())
	if err != nil {
		d.t.Fatal(err)
	}
	const name = "sound.test"
	return strings.NewReplacer(at.Host, name, at.Hostname(), name).Replace(s)
}

// answered waits until another program has the session, and for what it does then.
func (d *workday) answered() {
	d.t.Helper()
	d.sessions++
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	if err := d.discord.Wait(ctx, func() bool { return d.discord.Identifies() >= d.sessions && d.discord.Connected() > 0 }); err != nil {
		d.t.Fatalf("no program has session %d: %v", d.sessions, err)
	}
	d.pass(10 * time.Second)
}

// there is a text with the pages where they are.
func (d *workday) there(s string) string { return strings.ReplaceAll(s, soundSite, d.site()) }

// does lets the editor do something and writes down what they read.
func (d *workday) does(what string, in discordtest.Interaction) *discordtest.Response {
	d.t.Helper()
	in.GuildID, in.ChannelID = d.guild, d.channel
	in.User, in.Permissions = discordtest.User{ID: editorID, Name: "editor"}, discordtest.AllPermissions
	r, err := d.discord.Interact(in)
	if err != nil {
		d.t.Fatalf("%s: %v", what, err)
	}
	fmt.Fprintf(&d.out, "\n> %s\n", what)
	switch {
	case r.Modal != nil:
		fmt.Fprintf(&d.out, "(form) %s\n", r.Modal.Title)
	case r.Choices != nil:
		for _, c := range r.Choices {
			fmt.Fprintf(&d.out, "(offered) %s\n", c.Name)
		}
	case r.Message != nil:
		if !r.Ephemeral && r.Callback != discordtest.UpdateNow && r.Callback != discordtest.UpdateLater {
			d.out.WriteString("(for all to see)\n")
		}
		d.write(*r.Message)
		d.last = r.Message
	}
	return r
}

// types types a slash command as "diff article=1 view=text".
func (d *workday) types(line string) *discordtest.Response {
	d.t.Helper()
	in := discordtest.Interaction{}
	for part := range strings.SplitSeq(line, " | ") {
		name, value, ok := strings.Cut(part, "=")
		switch {
		case !ok:
			in.Command = part
		case value == "true":
			in.Options = append(in.Options, option(name, true))
		default:
			in.Options = append(in.Options, option(name, d.there(value)))
		}
	}
	d.typed[in.Command] = true
	return d.does("/"+strings.ReplaceAll(line, " | ", " "), in)
}

// presses presses the button of the message that is looked at whose label begins so.
func (d *workday) presses(label string) {
	d.t.Helper()
	b, ok := d.last.Find(func(c discordtest.Component) bool {
		return c.CustomID != "" && c.Label != "" && strings.HasPrefix(c.Label, label)
	})
	if !ok {
		d.t.Fatalf("there is no button %q in\n%s", label, d.out.String()[max(0, d.out.Len()-1500):])
	}
	d.pressed[verbOf(b.CustomID)] = true
	d.does("["+b.Label+"]", discordtest.Interaction{MessageID: d.last.ID, CustomID: b.CustomID})
}

// picks chooses the line of a menu that begins so.
func (d *workday) picks(prompt, line string) {
	d.t.Helper()
	m, ok := d.last.Find(func(c discordtest.Component) bool {
		return c.Type == discordtest.StringSelect && c.Placeholder == prompt
	})
	i := slices.IndexFunc(m.Options, func(o discordtest.SelectOption) bool { return strings.HasPrefix(o.Label, line) })
	if !ok || i < 0 {
		d.t.Fatalf("there is no %q in a menu %q of\n%s", line, prompt, d.out.String()[max(0, d.out.Len()-1500):])
	}
	d.pressed[verbOf(m.CustomID)], d.pressed[verbOf(m.Options[i].Value)] = true, true
	d.does("{"+prompt+": "+m.Options[i].Label+"}", discordtest.Interaction{MessageID: d.last.ID, CustomID: m.CustomID, Values: []string{m.Options[i].Value}})
}

// opens uses the menu of a message.
func (d *workday) opens(menu, text string) {
	d.t.Helper()
	m, err := d.discord.Say(d.channel, editorID, d.there(text))
	if err != nil {
		d.t.Fatal(err)
	}
	d.typed[menu] = true
	d.does(menu+", of “"+text+"”", discordtest.Interaction{Command: menu, Target: m.ID})
}

// reads waits, then looks at the newest message of a channel.
func (d *workday) reads(channel string, wait time.Duration, want int) {
	d.t.Helper()
	d.pass(wait)
	all := slices.DeleteFunc(d.discord.Messages(channel), func(m discordtest.Message) bool { return m.Author.ID == editorID })
	if len(all) != want {
		d.t.Fatalf("%d messages in the channel, want %d\n%s", len(all), want, d.out.String()[max(0, d.out.Len()-1500):])
	}
	d.last = &all[len(all)-1]
	fmt.Fprintf(&d.out, "\n-- %v later, message %d in <#%s>\n", wait, want, channel)
	d.write(*d.last)
}

var verbPattern = regexp.MustCompile(`^e1\.([a-z])\.`)

func verbOf(id string) string {
	m := verbPattern.FindStringSubmatch(id)
	if m == nil {
		return ""
	}
	return m[1]
}

// write writes a message down, and remembers what may be pressed.
func (d *workday) write(m discordtest.Message) {
	if text := strings.TrimSpace(strings.ReplaceAll(m.Text(), `\`, "")); text != "" {
		d.out.WriteString(text + "\n")
	}
	for _, a := range m.Attachments {
		fmt.Fprintf(&d.out, "(file) %s\n", a.Filename)
	}
	for _, row := range m.Components {
		var line []string
		for _, c := range row.Components {
			d.shown[verbOf(c.CustomID)] = true
			if c.Type != discordtest.StringSelect {
				line = append(line, "["+c.Label+"]")
				continue
			}
			var options []string
			for _, o := range c.Options {
				d.shown[verbOf(o.Value)] = true
				options = append(options, o.Label)
			}
			line = append(line, "{"+c.Placeholder+": "+strings.Join(options, " | ")+"}")
		}
		d.out.WriteString(strings.Join(line, " ") + "\n")
	}
}

// morning sets things up and adds what is watched.
func (d *workday) morning() {
	d.types("setup | notices=here")
	d.reads(newsroom, 0, 1)
	d.presses("Try this button")
	d.types("help")
	d.types("help | command=watch add")
	d.types("watch list")
	d.types("watch add | url=http://sound.test/asham")
	d.types("watch add | url=http://sound.test/asham | alerts=all")
	d.types("watch add | url=http://sound.test/bellwick | channel=" + atDesk + " | thread=on | mention=600000000000000001")
	d.types("watch add | url=http://sound.test/nowhere")
	d.opens("Watch links", "see http://sound.test/corsley and http://sound.test/dunmere, too")
	form := d.types("watch import")
	d.does("(form filled in)", discordtest.Interaction{CustomID: form.Modal.CustomID, Fields: map[string]string{
		"list": d.there("http://sound.test/eastry\nhttp://sound.test/farley\nhttp://sound.test/goswick\nhttp://sound.test/harby\nhttp://sound.test/inkpen\nftp://sound.test/x_y_z"),
	}})
	d.lists("/old")
	d.types("watch feed | url=http://sound.test/feed.xml | thread=on")
	d.pass(time.Minute) // what is listed at the first poll is not watched
	d.lists("/kelsby", "/lorton", "/old")
	d.pass(16 * time.Minute)
	d.types("watch list")
	d.presses("Next page")
	d.types("watch list")
	d.picks("Look at one", "1.")
	d.presses("Check now")
	d.does("/watch show article=ash…", discordtest.Interaction{Command: "watch show", Options: []discordtest.Option{{Name: "article", Value: "ash", Focused: true}}})
	d.types("watch show | article=feed 1")
}

// noon has the first changes.
func (d *workday) noon() {
	d.publish("/asham", 104)
	d.reads(newsroom, 15*time.Minute, 2)
	alert := d.last
	for _, label := range []string{"Full diff", "History", "Mute"} {
		d.last = alert
		d.presses(label)
	}
	d.presses("1 hour")
	d.types("watch mute | article=1 | for=0")
	d.publish("/asham", 109)
	d.reads(newsroom, 15*time.Minute, 3)
	d.types("diff | article=1")
	d.presses("◀ Older")
	d.presses("Every edit")
	d.picks("Show another change", "r2 → r3")
	d.types("diff | article=asham | view=text | public=true")
	d.types("diff | article=river")
	d.picks("Which one?", "River breaks its banks at Asham")
	d.opens("What changed?", "http://sound.test/asham")
	d.types("history | article=1")
	d.types("why | article=1")
	d.presses("Tell of “Read by")
	d.types("watch unmute | article=1 | block=read by")
	d.types(`watch ignore | article=1 | pattern=\d+ people`)
	d.types("watch ignore | article=1 | block=river breaks")
	d.types("watch ignore | article=1")
	d.picks("Tell of it again", "River breaks")
	d.types("watch check | article=1")
}

// evening changes what was chosen, loses and finds an alert, and deletes everything.
func (d *workday) evening() {
	d.types("watch edit | article=1 | schedule=10m | alerts=facts")
	d.types("watch edit | article=1 | channel=" + atDesk)
	d.types("watch pause | article=1")
	d.types("watch resume | article=1")
	d.types("watch remove | article=1")
	d.presses("Undo")
	removed := d.types("watch remove | article=harby")
	id := regexp.MustCompile(`id:([a-z2-7]{13})`).FindStringSubmatch(strings.ReplaceAll(removed.Text(), `\`, ""))
	if id == nil {
		d.t.Fatalf("no id: %q", removed.Text())
	}
	d.types("watch restore | id=" + id[1])
	d.types("digest")
	d.types("digest | schedule=daily " + d.free.Format("15:04"))
	d.types("settings set | zone=Europe/Kyiv | quiet=" + d.free.Format("15:04") + "-" + d.free.Add(time.Hour).Format("15:04"))
	d.types("settings managers | add=600000000000000001")
	d.types("settings show")
	refused := d.discord.Fail("POST /channels/"+newsroom+"/messages", discordtest.Fault{Status: 400, Code: 50035, Times: -1})
	d.publish("/corsley", 333)
	d.pass(10 * time.Minute)
	refused.Disarm()
	d.types("status")
	d.presses("Send again")
	d.reads(newsroom, time.Minute, 5) // one was a public answer
	d.types("watch retry")
	d.types("watch export")
	d.guild, d.channel = guildB, channelB
	d.types("diff | article=" + id[1])
	d.types("diff | article=aaaaaaaaaaaaa")
	d.guild, d.channel = guildA, newsroom
	d.types("settings forget")
	d.presses("Delete everything")
	d.types("watch list")
}

// compare holds the day against its golden transcript, and against all that there is.
func (d *workday) compare() {
	for _, v := range d.discord.Violations() {
		d.t.Errorf("Discord would have refused: %s", v)
	}
	for _, s := range append(command.Specs(), command.Spec{Name: "setup"}) {
		if !d.typed[s.Name] {
			d.t.Errorf("/%s does not occur", s.Name)
		}
	}
	source, err := os.ReadFile(filepath.Join("..", "discord", "customid.go"))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(verb\w+)\s+verb\s+= "([a-z])"`).FindAllStringSubmatch(string(source), -1) {
		if !d.pressed[m[2]] {
			d.t.Errorf("nothing of %s is pressed or chosen (shown: %v)", m[1], d.shown[m[2]])
		}
	}
	path := filepath.Join("testdata", "day.txt")
	got := settled(d.nowhere(d.out.String()))
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			d.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	if got != string(want) {
		d.t.Errorf("the day is another; -update writes it:\n%s", firstDifference(string(want), got))
	}
}

// settled is a transcript without what hangs on when and where the day is lived, and on
// which of the programs was first, by the seconds between two of their ticks: moments, how
// often a page was looked at, and names that are made of its address.
func settled(s string) string {
	for _, r := range [][2]string{
		{`<t:\d+:R>`, "<t>"},
		{`\d+ (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4} )?\d\d:\d\d`, "TIME"},
		{`\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d:\d\d`, "TIME"},
		{`\b(\d\d:00-)?\d\d:00\b`, "HOUR"},
		{`\bin (\d+ (s|min|h|d) ?)+`, "in A WHILE "},
		{`\b(next (check|poll|in)) now`, "$1 in A WHILE"},
		{`Read by \d+`, "Read by N"},
		{`\(\d+ times since TIME\)`, ""},
		{"((id:|id=|article=) ?`?)[a-z2-7]{13}\\b", "${1}ID"},
		{"(`|block:)[a-z2-7]{5}\\b", "${1}NAME"},
		{`(?m)^- TIME \*\*no change.*\n`, ""},
		{`(?m) +$`, ""},
	} {
		s = regexp.MustCompile(r[0]).ReplaceAllString(s, r[1])
	}
	return strings.TrimLeft(s, "\n")
}

// firstDifference shows where two texts part.
func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, strings.Join(a[i:min(i+3, len(a))], "\n     "), strings.Join(b[i:min(i+3, len(b))], "\n     "))
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(b), len(a))
}
