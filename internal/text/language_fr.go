package text

var french = lists{
	leads: `m mm mme mmes mlle mlles dr pr me mgr st ste gén col cap lt cf env c.-à-d p.ex ex
		adj dir prof`,
	ends:   `etc cie inc ltd jr av bd boul`,
	counts: `n no nos art chap fig vol p pp janv févr juil sept oct nov déc`,
	starters: `le la les l un une des ce cet cette ces
		il elle ils elles on nous vous je j tu c ça cela
		en dans à au aux de du d pour par sur avec après avant depuis selon pendant lors chez entre sous sans
		mais et ou or car donc ainsi alors aussi cependant toutefois pourtant
		qui que quoi quand comme si où plusieurs deux trois son sa ses leur leurs`,
	calendar: `lundi mardi mercredi jeudi vendredi samedi dimanche
		janvier février mars avril mai juin juillet août septembre octobre novembre décembre`,
	functions: `le la les l' un une des du de d' au aux ce cet cette ces c' ça cela
		je j' me m' moi nous tu te t' toi vous il elle ils elles on se s' soi lui leur leurs eux y en
		mon ma mes ton ta tes son sa ses notre nos votre vos
		qui que qu' quoi dont où lequel laquelle lesquels lesquelles quel quelle quels quelles
		à dans par pour sur sous avec chez entre vers contre depuis pendant avant après selon
		et ou mais donc or car si comme quand lorsque lorsqu' puisque puisqu' parce ainsi alors
		suis es est sommes êtes sont étais était étaient été être sera seront fut furent étant
		ai as a avons avez ont avais avait avaient eu avoir aura auront ayant
		aussi très déjà encore`,
}
