/* RingCentral cards 0.1.0, MIT license; made from frontend/ by scripts/card. */
var v;function R(a,e){return(v?.locale!==e.locale||!v)&&(v={locale:e.locale,days:P(a.formatsOf(e).language,e)}),v.days}function P(a,e){let r=e.locale?.time_zone==="server"?e.config?.time_zone:void 0,s=new Intl.DateTimeFormat("en",{dateStyle:"short",timeZone:r}),d=new Intl.DateTimeFormat(a,{weekday:"long",day:"numeric",month:"long",timeZone:r}),c=new Intl.RelativeTimeFormat(a,{numeric:"auto"}),u=t=>t.charAt(0).toLocaleUpperCase(a)+t.slice(1),h=t=>s.format(t);return{key:h,name(t,o){let i=[0,1].find(n=>h(t)===h(o-n*864e5));return u(i===void 0?d.format(t):c.format(-i,"day"))}}}var w='ha-card{display:flex;flex-direction:column;padding:12px}.head{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px;min-height:40px;padding:0 4px;flex:none}h2{flex:1 0 auto;max-width:100%}.head .control,.filter{margin-inline-start:auto}.head .chip{background:var(--tint);font-weight:500}.filter{display:flex;gap:6px}.filter .control{margin:0}.filter,.head{--chosen: var(--primary-color)}.body{flex:1 1 auto;min-height:0;overflow:auto;overscroll-behavior:contain;margin:0 -12px -12px;padding:0 12px 12px}.notice{display:flex;align-items:center;gap:8px;margin:4px;color:var(--secondary-text-color);font-size:14px;flex:none}h3{margin:0;padding:14px 4px 4px;font-size:14px;font-weight:500;color:var(--secondary-text-color)}.day:first-child h3{padding-top:4px}.item{content-visibility:auto;contain-intrinsic-size:auto 61px}.item+.item{border-top:1px solid var(--divider-color)}.item .row{padding:10px 4px;color:inherit;text-decoration:none;border-radius:8px}a.row:hover{background:var(--quiet)}.title{align-items:center}.sign{--mdc-icon-size: 18px;flex:none;color:var(--secondary-text-color)}.parts{display:flex!important;flex-wrap:wrap;gap:0 4px;white-space:normal}.parts>*{max-width:100%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.parts>:not(:first-child):before{content:"\\b7  "}[data-tone=new] .outcome{color:color-mix(in srgb,var(--tone) 70%,var(--primary-text-color))}.length{font-variant-numeric:tabular-nums}.side .detail{max-width:100%;overflow:hidden;text-overflow:ellipsis}.more{width:100%;min-height:40px;padding:0 4px;font-size:14px;color:var(--secondary-text-color);text-align:center;border-top:1px solid var(--divider-color)}.empty{text-align:center;padding:20px;margin:0;color:var(--secondary-text-color);--mdc-icon-size: 36px}.empty ha-icon{display:block;margin-bottom:4px}';var V="300px";function $(a){let{Card:e,html:r,nothing:s,say:d}=a;class c extends e{constructor(){super(...arguments);this.isKnown=!1;this.#e=new Map;this.#n=0;this.#o=!1;this.#r=new IntersectionObserver(t=>{this.#o=t.at(-1)?.isIntersecting===!0,this.#s()},{rootMargin:V});this.#s=()=>{this.#a?this.requestUpdate():this.#l()}}#e;#t;#i;#n;#o;#r;connectedCallback(){super.connectedCallback(),this.#r.observe(this),document.addEventListener("visibilitychange",this.#s)}disconnectedCallback(){super.disconnectedCallback(),this.#r.disconnect(),document.removeEventListener("visibilitychange",this.#s),this.#o=!1,this.#l()}get#a(){return this.#o&&!document.hidden}#s;isConcerned(t,o){return this.#a&&(a.hasNewSurroundings(t,o)||this.#n!==new Date().getHours())}follow(t,o){return this.#i!==t.localize&&this.#l(),this.#i=t.localize,this.#n=new Date().getHours(),this.#a&&(this.#t??=this.#d(t)),a.chosenExtensions(t,o).flatMap(i=>{let n=this.#e.get(i.id);return n?[{one:n,phone:i}]:[]})}renderEmpty(t,o,i){return r`<p class="empty"><ha-icon icon=${o}></ha-icon>${d(t,i)}</p>`}renderNotice(t,o){return o.every(({one:i})=>i.available)?s:r`<p class="notice"><ha-icon icon="mdi:cloud-off-outline"></ha-icon>${d(t,"unavailable")}</p>`}async#d(t){let{name:o,...i}=this.command;return t.connection?.subscribeMessage(n=>{for(let l of n[o]??[])this.#e.set(l.device_id,l);this.isKnown=!0,this.requestUpdate()},i).catch(()=>{})}#l(){this.#t?.then(t=>t?.()).catch(()=>{}),this.#t=void 0}}return c}var I=["missed","voicemail","busy"];function C(a,e,r){let d=e.flatMap(({one:c,phone:u})=>c.calls.map(h=>N(a,h,u))).filter(({at:c})=>!Number.isNaN(c)).sort((c,u)=>u.at-c.at);return r?d.map(a.maskParty):d}function N(a,e,r){let s=e.direction==="outbound",d=e.queue===!0;return{...a.readParty(e,"caller_name","caller_number"),key:`${r.id} ${e.id}`,phone:r.name,at:Date.parse(e.start),isOutbound:s,isMissed:!s&&!d&&I.includes(e.outcome),outcome:e.outcome,seconds:e.duration??void 0,called:!s&&e.called_name&&e.called_name!==r.name?e.called_name:"",isQueueCall:d,hasVoicemail:!!e.voicemail_id||!s&&e.outcome==="voicemail"}}var b=class{constructor(e){this.kit=e;this.list=document.createElement("ul");this.#e=new Map}#e;update(e){let r=new Map;for(let{key:d,kind:c,content:u}of e){let h=this.#e.get(d)??Object.assign(document.createElement("li"),{className:c});this.kit.render(u,h),r.set(d,h)}for(let[d,c]of this.#e)r.has(d)||c.remove();let s=this.list.firstElementChild;for(let d of r.values())d===s?s=s.nextElementSibling:this.list.insertBefore(d,s);this.#e=r}has(e){return this.#e.has(e)}neighbor(e){let r=[...this.#e.keys()],s=r.indexOf(e);return r[s+1]??r[s-1]}find(e,r){return this.#e.get(e??"")?.querySelector(r)??null}};var S=50,E=500,q={answered_elsewhere:"mdi:phone-forward",blocked:"mdi:phone-cancel",in_progress:"mdi:phone-in-talk"},D=["answered","answered_elsewhere","blocked","busy","failed","in_progress","missed","not_answered","voicemail"],U=["answered","in_progress"];function H(a){let{html:e,nothing:r,say:s}=a,d=a.styleSheet(w),c=(i,{outcome:n})=>s(i,`outcome_${D.includes(n)?n:"unknown"}`),u=({isOutbound:i,isMissed:n,outcome:l})=>i?"mdi:phone-outgoing":n?"mdi:phone-missed":q[l]??"mdi:phone-incoming",h=(i,{outcome:n,seconds:l,isOutbound:p})=>l?U.includes(n)?a.timerText(0,l*1e3):p||n==="blocked"?"":s(i,"rang",{seconds:`${l}`}):"";function t(i,n,l){let p=n.name&&(n.number||n.isWithheld&&s(i,"withheld")),m=n.called||n.isQueueCall&&s(i,"queue_call"),g=h(i,n),f=s(i,n.isOutbound?"outbound":"inbound"),y=e`<span class="badge"
        ><ha-icon icon=${u(n)} role="img" aria-label=${f} title=${f}></ha-icon
      ></span>
      <span class="lines">
        <span class="title">
          <bdi class="name">${a.callerOf(i,n)}</bdi>
          ${n.hasVoicemail?o(i):r}
        </span>
        <span class="detail parts">
          <span class="outcome">${c(i,n)}</span>
          ${g?e`<span class="length">${g}</span>`:r}
          ${m?e`<bdi>${m}</bdi>`:r}
          ${p?e`<bdi dir=${n.number?"ltr":"auto"}>${p}</bdi>`:r}
        </span>
      </span>
      <span class="side">
        <time datetime=${new Date(n.at).toISOString()}>${a.formatsOf(i).time(n.at)}</time>
        ${l?e`<bdi class="detail">${n.phone}</bdi>`:r}
      </span>`,x=n.isMissed?"new":"";return n.dial?e`<a class="row" data-tone=${x} href="tel:${n.dial}" title=${s(i,"call_back")}>${y}</a>`:e`<div class="row" data-tone=${x}>${y}</div>`}let o=i=>{let n=s(i,"voicemail");return e`<ha-icon class="sign" icon="mdi:voicemail" role="img" aria-label=${n} title=${n}></ha-icon>`};return class extends $(a){constructor(){super(d);this.command={type:"ringcentral/recent_calls",name:"phones",limit:E};this.#e=new b(a);this.#t=!1;this.#i=!1}#e;#t;#i;render(n,l){let p=this.follow(n,l),m=C(a,p,l.mask===!0),g=this.#t?m.filter(({isMissed:y})=>y):m,f=g.slice(0,this.#i?E:l.most??S);return this.#e.update(this.#n(n,f,p.length>1)),e`<ha-card>
        <div class="head">
          <h2>${l.title??s(n,"recent_calls")}</h2>
          ${m.length?this.#o(n):r}
        </div>
        ${this.renderNotice(n,p)}
        <div class="body">
          ${this.#e.list}
          ${g.length||!this.isKnown?r:this.renderEmpty(n,"mdi:phone-check",p.length?"none":"no_call_log")}
          ${f.length<g.length?this.#r(n,g.length-f.length):r}
        </div>
      </ha-card>`}#n(n,l,p){let m=R(a,n),g=Date.now(),f="";return l.flatMap(y=>{let x={key:y.key,kind:"item",content:t(n,y,p)},_=m.key(y.at);return _===f?[x]:(f=_,[{key:`day ${_}`,kind:"day",content:e`<h3>${m.name(y.at,g)}</h3>`},x])})}#o(n){let l=(p,m)=>e`<button
        class="control"
        aria-pressed=${this.#t===m?"true":"false"}
        @click=${()=>{this.#t=m,this.requestUpdate()}}
      >${s(n,p)}</button>`;return e`<div class="filter">${l("all",!1)}${l("outcome_missed",!0)}</div>`}#r(n,l){return e`<button class="more" @click=${()=>{this.#i=!0,this.requestUpdate()}}>${s(n,"more",{count:`${l}`})}</button>`}}}var z=["durationchange","ended","error","pause","playing","seeked","timeupdate","waiting"],k=class{constructor(e){this.changed=e;this.#e.preload="auto";for(let r of z)this.#e.addEventListener(r,this)}#e=new Audio;#t="";#i=!1;handleEvent(e){e.type==="error"&&this.#e.hasAttribute("src")&&(this.#i=!0),e.type==="ended"&&(this.#e.currentTime=0),this.changed()}isPlaying(e){return e===this.#t&&!this.#e.paused}hasFailed(e){return e===this.#t&&this.#i}position(e){return e===this.#t?this.#e.currentTime:0}length(e){let{duration:r}=this.#e;return e===this.#t&&Number.isFinite(r)?r:void 0}seek(e,r){e===this.#t&&this.#e.hasAttribute("src")&&(this.#e.currentTime=r)}async toggle(e,r,s){if(r===this.#t&&!this.#i&&this.#e.hasAttribute("src")){this.#e.paused?await this.#n():this.#e.pause();return}this.stop(),this.#t=r,this.changed();let d={type:"media_source/resolve_media",media_content_id:s};try{let{url:c}=await e.connection.sendMessagePromise(d);if(this.#t!==r)return;this.#e.src=e.hassUrl?.(c)??c,await this.#n()}catch{if(this.#t!==r)return;this.#i=!0,this.changed()}}async#n(){await this.#e.play().catch(e=>{if(e.name!=="AbortError")throw e})}stop(){this.#e.pause(),this.#e.removeAttribute("src"),this.#e.load(),this.#t="",this.#i=!1}};function T(a,e,r){let d=e.flatMap(({one:c,phone:u})=>c.voicemails.map(h=>A(a,h,c,u))).filter(({at:c})=>!Number.isNaN(c)).sort((c,u)=>u.at-c.at);return r?d.map(a.maskParty):d}function A(a,e,r,s){return{...a.readParty(e,"caller_name","caller_number"),key:`${s.id} ${e.voicemail_id}`,id:e.voicemail_id,deviceId:s.id,phone:s.name,canEdit:r.can_edit&&r.available,at:Date.parse(e.received_at),seconds:e.duration??0,transcription:e.transcription??"",isRead:e.read,media:e.media_content_id??""}}var W=/\+?\d(?:[\s\-.()/]{0,3}\d){4,}/g;function M(a,e){return e.replace(W,a.maskNumber)}var O='.line{display:flex;align-items:center}.line .row{flex:1;min-width:0;padding-inline-start:12px}.play{cursor:pointer;margin-inline-start:4px}.play:hover{background:color-mix(in srgb,var(--tone) 30%,transparent)}.play[disabled]{cursor:default;opacity:.6}.item [data-tone=""] .name{font-weight:400}.item [data-tone=new] .name{font-weight:600}.preview{font-style:italic}.panel{display:grid;gap:10px;padding:2px 4px 14px 52px}:host(:dir(rtl)) .panel{padding:2px 52px 14px 4px}.player{display:flex;align-items:center;gap:12px;font-size:14px}.player input{flex:1;min-width:0;height:24px;margin:0;accent-color:var(--primary-color)}.player .timer{color:var(--secondary-text-color);font-weight:400}.text{margin:0;overflow-wrap:anywhere}.quiet{color:var(--secondary-text-color)}.buttons{display:flex;flex-wrap:wrap;gap:6px}.buttons .control{display:inline-flex;align-items:center;gap:6px;--mdc-icon-size: 18px;color:inherit;text-decoration:none}dialog{width:min(400px,92vw);padding:20px;box-sizing:border-box;border:0;border-radius:20px;background:var(--card-background-color);color:var(--primary-text-color)}dialog::backdrop{background:#0008}dialog p{margin:0 0 16px;overflow-wrap:anywhere}dialog .buttons{justify-content:flex-end}.danger{background:color-mix(in srgb,var(--red-color) 22%,transparent)!important;font-weight:500}';var j=30;function L(a){let{act:e,html:r,nothing:s,say:d}=a,c=a.styleSheet(w+O),u=h=>a.timerText(0,Math.round(h)*1e3);return class extends $(a){constructor(){super(c);this.command={type:"ringcentral/voicemails",name:"mailboxes"};this.#e=new b(a);this.#t=new k(()=>this.requestUpdate());this.#i=new Map;this.#n="";this.#a=!1}#e;#t;#i;#n;#o;#r;#a;disconnectedCallback(){super.disconnectedCallback(),this.#t.stop()}render(t,o){let i=this.follow(t,o),n=T(a,i,o.mask===!0),l=this.#a?n:n.slice(0,o.most??j),p=i.length>1;return this.#e.update(l.map(m=>({key:m.key,kind:"item",content:this.#d(t,o,m,p)}))),r`<ha-card>
          ${this.#s(t,o,n)} ${this.renderNotice(t,i)}
          <div class="body">
            ${this.#e.list}
            ${n.length||!this.isKnown?s:this.renderEmpty(t,"mdi:voicemail",i.length?"none":"no_mailbox")}
            ${l.length<n.length?this.#g(t,n.length-l.length):s}
          </div>
        </ha-card>
        ${this.#o?this.#h(t,this.#o):s}`}rendered(){let t=this.query("dialog");t&&!t.open&&t.showModal();let{gone:o,next:i}=this.#r??{};o===void 0||this.#e.has(o)||(this.#r=void 0,this.#e.find(i,".row")?.focus())}#s(t,o,i){let n=i.filter(({isRead:m})=>!m),l=[...new Set(n.filter(({canEdit:m})=>m).map(({deviceId:m})=>m))],p=()=>{e(t,"ringcentral.mark_voicemail_read",{},{device_id:l})};return r`<div class="head">
        <h2>${o.title??d(t,"voicemail")}</h2>
        ${n.length?r`<span class="chip" data-tone="new"><span class="unseen">${d(t,"unread")}</span>${n.length}</span>`:s}
        ${l.length?r`<button class="control" @click=${p}>${d(t,"mark_all_read")}</button>`:s}
      </div>`}#d(t,o,i,n){let l=i.key===this.#n,p=this.#f(i,o),m=i.name&&(i.number||i.isWithheld&&d(t,"withheld")),g=i.isRead?"":"new";return r`<div class="line" data-tone=${g}>
          ${this.#l(t,i)}
          <button class="row" data-tone=${g} aria-expanded=${l?"true":"false"} @click=${()=>this.#c(t,l?"":i.key,i)}>
            <span class="lines">
              <span class="title">
                ${i.isRead?s:r`<span class="unseen">${d(t,"unread")}</span>`}
                <bdi class="name">${a.callerOf(t,i)}</bdi>
              </span>
              <span class="detail parts">
                <span class="length">${u(i.seconds)}</span>
                ${m?r`<bdi dir=${i.number?"ltr":"auto"}>${m}</bdi>`:s}
              </span>
              ${p&&!l?r`<bdi class="detail preview">${p}</bdi>`:s}
            </span>
            <span class="side">
              <time datetime=${new Date(i.at).toISOString()}>${a.formatsOf(t).date(i.at,Date.now())}</time>
              ${n?r`<bdi class="detail">${i.phone}</bdi>`:s}
            </span>
          </button>
        </div>
        ${l?this.#m(t,i,p):s}`}#l(t,o){if(!o.media)return r`<span class="badge"><ha-icon icon="mdi:voicemail"></ha-icon></span>`;let i=this.#t.isPlaying(o.key),n=()=>{o.key!==this.#n&&this.#c(t,o.key,o),this.#t.toggle(t,o.key,o.media)},l=`${d(t,i?"pause":"play")}: ${a.callerOf(t,o)}`;return r`<button class="badge play" aria-label=${l} title=${d(t,i?"pause":"play")} @click=${n}>
        <ha-icon icon=${i?"mdi:pause":"mdi:play"}></ha-icon>
      </button>`}#m(t,o,i){return r`<div class="panel">
        ${o.media?this.#p(t,o):s}
        ${i?r`<p class="text" dir="auto">${i}</p>`:r`<p class="text quiet">${d(t,"no_transcription")}</p>`}
        <div class="buttons">
          ${o.dial?r`<a class="control" href="tel:${o.dial}"><ha-icon icon="mdi:phone"></ha-icon>${d(t,"call_back")}</a>`:s}
          ${o.canEdit?this.#u(t,o):s}
        </div>
      </div>`}#p(t,o){let i=this.#t.length(o.key)??o.seconds,n=Math.min(this.#t.position(o.key),i),l=m=>this.#t.seek(o.key,Number(m.target.value));if(this.#t.hasFailed(o.key))return r`<p class="text" role="alert">${d(t,"not_played")}</p>`;let p=`${u(n)} / ${u(i)}`;return r`<div class="player">
        <input
          type="range"
          min="0"
          step="0.1"
          max=${i}
          .value=${`${n}`}
          aria-label=${d(t,"position")}
          aria-valuetext=${p}
          @input=${l}
        />
        <span class="timer" dir="ltr">${p}</span>
      </div>`}#u(t,o){let i=o.isRead?"mark_unread":"mark_read",n=()=>{e(t,`ringcentral.${o.isRead?"mark_voicemail_unread":"mark_voicemail_read"}`,{voicemail_id:o.id},{device_id:o.deviceId})},l=()=>{this.#o=o,this.requestUpdate()};return r`<button class="control" @click=${n}>
          <ha-icon icon=${o.isRead?"mdi:email-outline":"mdi:email-open-outline"}></ha-icon>${d(t,i)}
        </button>
        <button class="control" @click=${l}>
          <ha-icon icon="mdi:delete-outline"></ha-icon>${t.localize("ui.common.delete")||"Delete"}
        </button>`}#h(t,o){let i=()=>this.query("dialog")?.close(),n=()=>{this.#o=void 0,this.requestUpdate()},l=()=>{this.#r={gone:o.key,next:this.#e.neighbor(o.key)},i(),this.#t.isPlaying(o.key)&&this.#t.stop(),e(t,"ringcentral.delete_voicemail",{voicemail_id:o.id},{device_id:o.deviceId})};return r`<dialog role="alertdialog" aria-labelledby="question" @close=${n}>
        <p id="question">${d(t,"delete_question",{caller:a.callerOf(t,o)})}</p>
        <div class="buttons">
          <button class="control" autofocus @click=${i}>${t.localize("ui.common.cancel")||"Cancel"}</button>
          <button class="control danger" @click=${l}>${t.localize("ui.common.delete")||"Delete"}</button>
        </div>
      </dialog>`}#g(t,o){return r`<button class="more" @click=${()=>{this.#a=!0,this.requestUpdate()}}>${d(t,"more",{count:`${o}`})}</button>`}#f(t,o){let i=t.transcription||this.#i.get(t.key)||"";return o.mask?M(a,i):i}#c(t,o,i){if(this.#n=o,this.requestUpdate(),!o||i.transcription||this.#i.has(o))return;let n={type:"ringcentral/voicemail_transcription",device_id:i.deviceId,voicemail_id:i.id};t.connection?.sendMessagePromise(n).then(({transcription:l})=>{l&&this.#i.set(o,l),this.requestUpdate()},()=>{})}}}function be(a){a.define("ringcentral-recent-calls-content",H(a)),a.define("ringcentral-voicemail-content",L(a))}export{be as defineElements};
