package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"erratum/internal/article"
	"erratum/internal/extract"
	"erratum/internal/newstest"
)

// program is Erratum at a terminal.
type program struct {
	*process
	watched int
}

// begin starts the program and lets it watch all pages.
func begin(ctx context.Context, dir string, addresses []string) (*program, error) {
	binary, err := build(ctx, dir, "cmd/bot", filepath.Join("..", ".."))
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, binary, "console")
	cmd.Env = append(os.Environ(), "ERRATUM_DATA="+filepath.Join(dir, "erratum.db"), "ERRATUM_JOURNAL="+filepath.Join(dir, "alerts.jsonl"),
		"ERRATUM_ALLOW_LOOPBACK=true", "ERRATUM_HOST_SPACING=100ms", "ERRATUM_LOG_LEVEL=error")
	started, err := start(cmd)
	if err != nil {
		return nil, err
	}
	p := &program{process: started}
	if p.watched, err = p.watch(addresses); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// round lets it look at all pages as it saw them last, then written anew.
func (p *program) round(pages *newstest.Folder, round int, f *figures) error {
	ms, err := p.check()
	f.same += ms
	if err != nil {
		return err
	}
	pages.Edit(func(_ string, page []byte) []byte { return fmt.Appendf(bytes.Clone(page), "<!-- %d -->", round) })
	ms, err = p.check()
	f.anew += ms
	return err
}

// changed lets it look at all pages once more, a word of each article replaced.
func (p *program) changed(pages *newstest.Folder) (float64, error) {
	edits := map[string]edit{}
	for _, id := range pages.IDs() {
		page, err := pages.Page(id)
		if err != nil {
			return 0, err
		}
		edits[id] = planned(page)
	}
	pages.Edit(func(id string, page []byte) []byte { return edits[id].apply(page) })
	return p.check()
}

// watch adds the pages and returns how many are watched: some are no articles.
func (p *program) watch(addresses []string) (int, error) {
	n := 0
	for _, a := range addresses {
		answer, err := p.say("watch add " + a)
		if err != nil {
			return 0, err
		}
		if strings.HasPrefix(answer, "Watching") {
			n++
		}
	}
	if n*2 < len(addresses) {
		return 0, fmt.Errorf("only %d of %d pages could be watched", n, len(addresses))
	}
	return n, nil
}

// check looks at all watched pages and returns the CPU of one look.
func (p *program) check() (float64, error) {
	return p.cpuOf(p.watched, func() error {
		for i := range p.watched {
			if err := p.look(i + 1); err != nil {
				return err
			}
		}
		return nil
	})
}

// look checks a page, after a moment when its host was asked just before.
func (p *program) look(n int) error {
	for range 20 {
		answer, err := p.say("watch check " + strconv.Itoa(n))
		if err != nil || strings.Contains(answer, "Next check") || strings.Contains(answer, "shows it in full") {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("page %d could not be looked at", n)
}

// say types a command and returns the answer. What the program does not know is
// answered behind it, which tells where it ends.
func (p *program) say(command string) (string, error) {
	const end = "endofanswer"
	line, err := p.ask(command + "\n" + end)
	var answer strings.Builder
	for ; err == nil; line, err = p.line() {
		switch {
		case strings.HasPrefix(line, "> "): // the command itself, as it was typed
		case strings.Contains(line, end):
			return strings.TrimSpace(answer.String()), nil
		case !strings.HasPrefix(line, "▌"): // an alert
			answer.WriteString(line)
		}
	}
	return "", errors.Join(errors.New("the program ended"), err)
}

// edit replaces a word of a page's article.
type edit struct{ old, new []byte }

// planned finds a word of a long paragraph that stands in the page as it is read. A page
// without one is written anew only.
func planned(page []byte) edit {
	for _, b := range extract.New(extract.Options{}).Extract(page, "").Article.Blocks {
		if b.Role != article.Lede && b.Role != article.Body || len(b.Text) < 80 {
			continue
		}
		words := strings.Fields(b.Text)
		for i := 1; i+2 < len(words); i++ {
			old := []byte(strings.Join(words[i-1:i+2], " "))
			if bytes.Count(page, old) == 1 && !bytes.ContainsAny(old, "<>&") {
				return edit{old, []byte(words[i-1] + " unseasonably " + words[i+1])}
			}
		}
	}
	return edit{[]byte("</body>"), []byte("<!-- anew --></body>")}
}

// apply edits a page.
func (e edit) apply(page []byte) []byte { return bytes.Replace(page, e.old, e.new, 1) }
