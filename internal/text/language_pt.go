package text

var portuguese = lists{
	leads: `sr sra srs sras srta dr dra drs prof profa eng gen cel cap ten sgt d dom dona
		sto sta exmo p.ex ex cf av r`,
	ends:   `etc cia ltda inc ltd s.a jr e.u.a`,
	counts: `n nº no núm art arts cap fig vol pág págs p pp jan fev mar abr jun jul ago set out nov dez`,
	starters: `o a os as um uma uns umas este esta estes estas esse essa isso aquele
		ele ela eles elas eu nós você se seu sua seus suas
		em no na nos nas ao à de do da dos das por pelo pela para com sem sobre após desde até segundo durante entre
		mas e ou embora além também assim então
		que quem quando como se onde dois três vários muitos`,
	calendar: `segunda terça quarta quinta sexta sábado domingo
		janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro`,
	functions: `o a os as um uma uns umas ao aos à às do da dos das no na nos nas num numa
		pelo pela pelos pelas dum duma
		este esta estes estas esse essa esses essas isso isto aquele aquela aqueles aquelas aquilo
		deste desta desse dessa neste nesta nesse nessa
		eu me mim nós tu te ti você vocês ele ela eles elas se si lhe lhes
		meu minha teu tua seu sua seus suas nosso nossa
		que quem qual quais cujo cuja onde
		de em por para com sobre após desde até segundo durante entre ante sob contra
		e ou mas se porque como quando embora enquanto pois
		sou és é somos são era eram foi foram sido ser será serão sendo seja
		estou está estão estava estavam esteve estado estar
		tenho tem temos têm tinha tinham ter teve há havia haver houve
		também já muito mais assim`,
}
