package discord_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/command"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
	"erratum/internal/report"
)

// TestFuzzedTexts posts alerts of articles full of what may hurt, and answers with the
// same, to a Discord that checks each request by its schema and limits and sees who is
// pinged. ERRATUM_LONG=1 takes 10,000 texts.
func TestFuzzedTexts(t *testing.T) {
	t.Parallel()
	texts := 1000
	switch {
	case os.Getenv("ERRATUM_LONG") != "":
		texts = 10_000
	case testing.Short():
		texts = 200
	}
	s := local(t, discordtest.Options{ChannelRate: discordtest.Rate{Limit: -1}, GlobalRate: discordtest.Rate{Limit: -1}})
	var mu sync.Mutex
	var reply command.Reply
	run(t, s, discord.Options{Router: routerFunc(func(context.Context, command.Request) command.Reply {
		mu.Lock()
		defer mu.Unlock()
		return reply
	})})
	connected(t, s)
	sink := client(t, s, discord.Options{}).Sink()
	alerts, replies, pings := 0, 0, 0
	for seed := range texts {
		z := &fuzzer{rand.New(rand.NewPCG(uint64(seed), 17))}
		d := z.delivery(seed)
		id := insist(t, sink, d)
		alerts++
		mu.Lock()
		reply = z.reply(d)
		mu.Unlock()
		got := interact(t, s, discordtest.Interaction{Command: "status"})
		if got.Message == nil || got.Text() == "" && len(got.Message.Attachments) == 0 {
			t.Errorf("text %d: no answer", seed)
			continue
		}
		if strings.Contains(got.Text(), "Discord refused") {
			t.Errorf("text %d: the answer was refused", seed)
		}
		replies++
		alerted, ok := s.Message(id)
		if !ok || len(alerted.Embeds) == 0 || alerted.EmbedsDropped > 0 {
			t.Errorf("text %d: the alert is not whole: %+v", seed, alerted)
		}
		for _, who := range alerted.Pings {
			if who != "role:"+d.Mention {
				t.Errorf("text %d: the alert pings %s", seed, who)
				pings++
			}
		}
		if len(got.Message.Pings) > 0 {
			t.Errorf("text %d: the answer pings %v", seed, got.Message.Pings)
			pings++
		}
	}
	t.Logf("%d texts: %d alerts, %d answers; refused by schema or limits %d, pings %d", texts, alerts, replies, len(s.Violations()), pings)
}

// fuzzer makes texts of fragments that mean something to Discord, of characters that
// are shown as nothing or as much, and of prose.
type fuzzer struct{ *rand.Rand }

func (z *fuzzer) pick(from []string) string { return from[z.IntN(len(from))] }

func (z *fuzzer) text() string {
	prose := []string{
		"The repairs will cost %d million euros", "the council said on %d May", "“We looked at every way,” she said", "Ціна зросла на %d відсотків",
		"Der Minister wies %d Vorwürfe zurück", "لا تعليق", "株価は%d円", "12 of %d boats", "not", "Mara Linden",
	}
	runes := []rune("*_~`|>#@&:<>[](){}\\/-+.!=\"'0aZ\n\t\u0000\u200b\u200d\u202e\u2066\u2028\ufeff\u0301\U0001F600\U0001F1FA\U000E0041\u3164\u200eß漢ا")
	var b strings.Builder
	for range 1 + z.IntN(6) {
		switch z.IntN(5) {
		case 0, 1:
			b.WriteString(z.pick(hostile()))
		case 2:
			b.WriteString(strings.ReplaceAll(z.pick(prose), "%d", fmt.Sprint(z.IntN(5000))))
		case 3:
			for range z.IntN(40) {
				b.WriteRune(runes[z.IntN(len(runes))])
			}
		default:
			b.WriteString(strings.Repeat(z.pick(hostile()), 1+z.IntN(4)))
		}
		b.WriteString(z.pick([]string{"", " ", "\n", ", ", ". "}))
	}
	s := b.String()
	if len(s) > 9000 {
		s = s[:9000]
	}
	if z.IntN(4) == 0 && len(s) > 1 { // in the midst of a character, too
		s = s[z.IntN(len(s)):] + "\xe2\x80"
	}
	if z.IntN(4) > 0 {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return s
}

// delivery is an alert of an article with such texts in some of its places.
func (z *fuzzer) delivery(n int) alert.Delivery {
	old, changed := bridge()
	for range 1 + z.IntN(4) {
		switch s := z.text(); z.IntN(6) {
		case 0:
			changed.Headline = s
		case 1:
			changed.Site = s
		case 2:
			changed.Blocks = append(changed.Blocks, article.Block{Role: article.Note, Text: "Correction: " + s})
		case 3:
			old.Blocks = append(old.Blocks, article.Block{Role: article.Body, Text: s + " 12 " + s})
			changed.Blocks = append(changed.Blocks, article.Block{Role: article.Body, Text: s + " 16 " + s})
		case 4:
			old.Blocks[1].Text += " " + s
		default:
			changed.Blocks[1].Text = "The repairs will cost " + fmt.Sprint(z.IntN(90)) + " million euros, " + s
		}
	}
	d := delivery(old, changed)
	d.ID = alert.DeliveryID(watchID, alert.Change, "a", "b", int64(n))
	if z.IntN(3) == 0 {
		d.Mention = roleID
	}
	if z.IntN(5) == 0 {
		d.Notice.Text = z.text()
	}
	if z.IntN(6) == 0 {
		d.Notice.Subject.URL = z.text()
	}
	if z.IntN(10) == 0 {
		d.Mention = z.text()
	}
	return d
}

// reply is an answer with such texts, as handlers write them: what is an article's is
// escaped for CommonMark.
func (z *fuzzer) reply(d alert.Delivery) command.Reply {
	s := z.text()
	switch z.IntN(7) {
	case 0:
		return command.Reply{Notice: &d.Notice}
	case 1:
		return command.Reply{Pre: s, Title: z.text()}
	case 2:
		return command.Reply{File: &command.File{Name: s, Data: []byte(s)}}
	case 3:
		return command.Reply{Text: s} // as if a handler had forgotten to escape it
	case 4:
		return command.Reply{Title: s, Text: "Next", Next: []command.Action{{Label: s, Name: "watch list", Args: map[string]string{"page": "2"}}}}
	case 5:
		return command.Reply{Text: "Which?", Picks: []command.Pick{{Prompt: s, Actions: []command.Action{
			{Label: z.text(), Detail: z.text(), Name: "diff", Args: map[string]string{"article": watchID}},
			{Label: z.text(), Name: "history", Args: map[string]string{"article": watchID}},
		}}}}
	default:
		lines := []string{"**" + report.Escape(s) + "**", "> " + report.Escape(z.text()), "- " + report.Escape(z.text())}
		return command.Reply{Title: z.text(), Text: strings.Join(lines, "\n")}
	}
}

// TestFuzzerIsHostile: what it makes has the characters that are to hurt.
func TestFuzzerIsHostile(t *testing.T) {
	var everyone, broken, long, hidden int
	for seed := range 1000 {
		s := (&fuzzer{rand.New(rand.NewPCG(uint64(seed), 17))}).text()
		if strings.Contains(s, "@everyone") {
			everyone++
		}
		if !utf8.ValidString(s) {
			broken++
		}
		if len(s) > 4000 {
			long++
		}
		if strings.ContainsAny(s, "\u202e\u2066\u200b") {
			hidden++
		}
	}
	if min(everyone, broken, long, hidden) < 20 {
		t.Errorf("of 1,000 texts %d call everyone, %d are broken, %d long, %d hide something", everyone, broken, long, hidden)
	}
}
