package deploy_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// manifest reads a file of deploy/kubernetes.
func manifest(t *testing.T, name string) map[string]any { return compose(t, "kubernetes/"+name) }

// item is the element of a list whose name it is.
func item(list any, name string) any {
	all, _ := list.([]any)
	for _, v := range all {
		if at(v, "name") == name {
			return v
		}
	}
	return nil
}

func TestKustomizationNamesEveryFile(t *testing.T) {
	files, err := os.ReadDir("kubernetes")
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, f := range files {
		if f.Name() != "kustomization.yaml" {
			want = append(want, f.Name())
		}
	}
	got := words(at(manifest(t, "kustomization.yaml"), "resources"))
	slices.Sort(got)
	if !cmp.Equal(got, want) {
		t.Errorf("it names %v of %v", got, want)
	}
}

// TestManifestsSelectThePods: a budget or policy with another label is one of nothing.
func TestManifestsSelectThePods(t *testing.T) {
	pod := at(manifest(t, "deployment.yaml"), "spec", "template", "metadata", "labels")
	for name, path := range map[string][]string{
		"deployment.yaml": {"spec", "selector", "matchLabels"}, "poddisruptionbudget.yaml": {"spec", "selector", "matchLabels"},
		"networkpolicy.yaml": {"spec", "podSelector", "matchLabels"},
	} {
		if got := at(manifest(t, name), path...); !cmp.Equal(got, pod) {
			t.Errorf("%s selects %v, the pods are %v", name, got, pod)
		}
	}
}

func TestDeploymentIsSafe(t *testing.T) {
	pod := at(manifest(t, "deployment.yaml"), "spec", "template", "spec")
	bot := item(at(pod, "containers"), "bot")
	for _, want := range []struct {
		at    any
		path  []string
		value any
	}{
		{pod, []string{"enableServiceLinks"}, "false"}, // else ERRATUM_PORT and the like, which are no settings
		{pod, []string{"automountServiceAccountToken"}, "false"},
		{pod, []string{"securityContext", "runAsNonRoot"}, "true"},
		{pod, []string{"securityContext", "seccompProfile", "type"}, "RuntimeDefault"},
		{bot, []string{"securityContext", "allowPrivilegeEscalation"}, "false"},
		{bot, []string{"securityContext", "readOnlyRootFilesystem"}, "true"},
		{bot, []string{"securityContext", "capabilities", "drop"}, []any{"ALL"}},
		{bot, []string{"livenessProbe", "httpGet", "path"}, "/healthz"}, // not the store: it must not restart the bot
		{bot, []string{"readinessProbe", "httpGet", "path"}, "/readyz"},
	} {
		if got := at(want.at, want.path...); !cmp.Equal(got, want.value) {
			t.Errorf("%s is %v, want %v", strings.Join(want.path, "."), got, want.value)
		}
	}
	if at(bot, "resources", "limits", "memory") == nil || at(bot, "resources", "requests", "cpu") == nil {
		t.Error("the bot's memory and work are not bounded")
	}
	checkVariables(t, bot)
}

// checkVariables finds settings that do not exist and secrets that are not in the
// files that the pod gets.
func checkVariables(t *testing.T, bot any) {
	known := settings()
	env, _ := at(bot, "env").([]any)
	var files []string
	for _, v := range env {
		name, _ := at(v, "name").(string)
		value, _ := at(v, "value").(string)
		base, isFile := strings.CutSuffix(name, "_FILE")
		if _, ok := known[base]; !ok && name != "GOMEMLIMIT" {
			t.Errorf("%s is no setting", name)
		}
		if isSecret(base) && !isFile {
			t.Errorf("%s: secrets belong in files", name)
		}
		if isFile {
			files = append(files, value)
		}
	}
	dir, _ := at(item(at(bot, "volumeMounts"), "secrets"), "mountPath").(string)
	if want := []string{dir + "/discord_token", dir + "/redis_url"}; !cmp.Equal(files, want) {
		t.Errorf("secrets are read from %v, mounted are %v", files, want)
	}
}

// TestNetworkPolicyKeepsToTheWeb: a page can't send the bot to an address of the
// cluster, whatever the bot's own guard says.
func TestNetworkPolicyKeepsToTheWeb(t *testing.T) {
	policy := at(manifest(t, "networkpolicy.yaml"), "spec")
	if got := words(at(policy, "policyTypes")); !cmp.Equal(got, []string{"Ingress", "Egress"}) || at(policy, "ingress") != nil {
		t.Errorf("types %v, ingress %v: nobody need connect", got, at(policy, "ingress"))
	}
	rules, _ := at(policy, "egress").([]any)
	blocks := 0
	for _, r := range rules {
		to, _ := at(r, "to").([]any)
		if len(to) == 0 {
			t.Error("a rule leads everywhere")
		}
		for _, peer := range to {
			if cidr, _ := at(peer, "ipBlock", "cidr").(string); cidr != "" {
				blocks++
				if len(words(at(peer, "ipBlock", "except"))) < 2 {
					t.Errorf("%s has private addresses in it", cidr)
				}
			}
		}
	}
	if blocks != 2 {
		t.Errorf("%d blocks of addresses, want those of IPv4 and IPv6", blocks)
	}
}
