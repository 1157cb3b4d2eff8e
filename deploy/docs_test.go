package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"erratum/internal/command"
	"erratum/internal/discord"
)

// TestDiscordDocument keeps docs/discord.md to what the program does.
func TestDiscordDocument(t *testing.T) {
	text := read(t, "../docs/discord.md")
	if link := discord.InviteURL("APPLICATION_ID"); !strings.Contains(text, "\n"+link+"\n") {
		t.Errorf("the invite link is %s", link)
	}
	known := map[string]bool{"setup": true}
	for _, s := range command.Specs() {
		known[s.Name] = true
		family, _, _ := strings.Cut(s.Name, " ")
		known[family] = true
	}
	for _, m := range regexp.MustCompile("`/([a-z]+(?: [a-z]+)?)`").FindAllStringSubmatch(text, -1) {
		if !known[m[1]] {
			t.Errorf("there is no command /%s", m[1])
		}
	}
	vars := settings()
	for _, name := range regexp.MustCompile(`ERRATUM_[A-Z_]+`).FindAllString(text, -1) {
		if _, ok := vars[strings.TrimSuffix(name, "_FILE")]; !ok {
			t.Errorf("%s is no setting", name)
		}
	}
	for _, m := range regexp.MustCompile(`\]\((\.\./[^)]+)\)`).FindAllStringSubmatch(text, -1) {
		if _, err := os.Stat(filepath.Join("../docs", m[1])); err != nil {
			t.Error(err)
		}
	}
}
