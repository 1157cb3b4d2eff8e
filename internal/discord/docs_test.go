package discord_test

import (
	"os"
	"testing"

	"erratum/internal/command"
	"erratum/internal/discord"
)

// TestCommandsPage: docs/commands.md says what the commands are.
func TestCommandsPage(t *testing.T) {
	const path = "../../docs/commands.md"
	got := command.Document(discord.SetupSpec())
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is not what the commands are; -update writes it", path)
	}
}
