/* RingCentral cards 0.1.0, MIT license; made from frontend/ by scripts/card. */
var v;function R(a,e){return(v?.locale!==e.locale||!v)&&(v={locale:e.locale,days:V(a.formatsOf(e).language,e)}),v.days}function V(a,e){let o=e.locale?.time_zone==="server"?e.config?.time_zone:void 0,s=new Intl.DateTimeFormat("en",{dateStyle:"short",timeZone:o}),d=new Intl.DateTimeFormat(a,{weekday:"long",day:"numeric",month:"long",timeZone:o}),p=new Intl.RelativeTimeFormat(a,{numeric:"auto"}),u=t=>t.charAt(0).toLocaleUpperCase(a)+t.slice(1),h=t=>s.format(t);return{key:h,name(t,r){let i=[0,1].find(n=>h(t)===h(r-n*864e5));return u(i===void 0?d.format(t):p.format(-i,"day"))}}}var w='ha-card{display:flex;flex-direction:column;padding:12px}.head{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px;min-height:40px;padding:0 4px;flex:none}h2{flex:1 0 auto;max-width:100%}.head .control,.filter{margin-inline-start:auto}.head .chip{background:var(--tint);font-weight:500}.filter{display:flex;gap:6px}.filter .control{margin:0}.filter,.head{--chosen: var(--primary-color)}.body{flex:1 1 auto;min-height:0;overflow:auto;overscroll-behavior:contain;margin:0 -12px -12px;padding:0 12px 12px}.notice{display:flex;align-items:center;gap:8px;margin:4px;color:var(--secondary-text-color);font-size:14px;flex:none}h3{margin:0;padding:14px 4px 4px;font-size:14px;font-weight:500;color:var(--secondary-text-color)}.day:first-child h3{padding-top:4px}.item{content-visibility:auto;contain-intrinsic-size:auto 61px}.item+.item{border-top:1px solid var(--divider-color)}.item .row{padding:10px 4px;color:inherit;text-decoration:none;border-radius:8px}a.row:hover{background:var(--quiet)}.title{align-items:center}.sign{--mdc-icon-size: 18px;flex:none;color:var(--secondary-text-color)}.lines>.parts{display:flex;flex-wrap:wrap;white-space:normal;margin-inline-start:-12px;clip-path:inset(0 0 0 12px)}.parts:dir(rtl){clip-path:inset(0 12px 0 0)}.parts>*{position:relative;max-width:100%;box-sizing:border-box;padding-inline-start:12px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.parts>*:before{content:"\\b7";position:absolute;inset-inline-start:4px}[data-tone=new] .outcome{color:color-mix(in srgb,var(--tone) 70%,var(--primary-text-color))}.length{font-variant-numeric:tabular-nums}.side .detail{max-width:100%;overflow:hidden;text-overflow:ellipsis}.more{width:100%;min-height:40px;padding:0 4px;font-size:14px;color:var(--secondary-text-color);text-align:center;border-top:1px solid var(--divider-color)}.empty{text-align:center;padding:20px;margin:0;color:var(--secondary-text-color);--mdc-icon-size: 36px}.empty ha-icon{display:block;margin-bottom:4px}';var P="300px";function $(a){let{Card:e,html:o,nothing:s,say:d}=a;class p extends e{constructor(){super(...arguments);this.isKnown=!1;this.#e=new Map;this.#n=0;this.#r=!1;this.#o=new IntersectionObserver(t=>{this.#r=t.at(-1)?.isIntersecting===!0,this.#s()},{rootMargin:P});this.#s=()=>{this.#a?this.requestUpdate():this.#l()}}#e;#t;#i;#n;#r;#o;connectedCallback(){super.connectedCallback(),this.#o.observe(this),document.addEventListener("visibilitychange",this.#s)}disconnectedCallback(){super.disconnectedCallback(),this.#o.disconnect(),document.removeEventListener("visibilitychange",this.#s),this.#r=!1,this.#l()}get#a(){return this.#r&&!document.hidden}#s;isConcerned(t,r){return this.#a&&(a.hasNewSurroundings(t,r)||this.#n!==new Date().getHours())}follow(t,r){return this.#i!==t.localize&&this.#l(),this.#i=t.localize,this.#n=new Date().getHours(),this.#a&&(this.#t??=this.#d(t)),a.chosenExtensions(t,r).flatMap(i=>{let n=this.#e.get(i.id);return n?[{one:n,phone:i}]:[]})}renderEmpty(t,r,i){return o`<p class="empty"><ha-icon icon=${r}></ha-icon>${d(t,i)}</p>`}renderNotice(t,r){return r.every(({one:i})=>i.available)?s:o`<p class="notice"><ha-icon icon="mdi:cloud-off-outline"></ha-icon>${d(t,"unavailable")}</p>`}async#d(t){let{name:r,...i}=this.command,n=!0;return t.connection?.subscribeMessage(l=>{n&&this.#e.clear(),n=!1;for(let m of l[r]??[])this.#e.set(m.device_id,m);this.isKnown=!0,this.requestUpdate()},i).catch(()=>{})}#l(){this.#t?.then(t=>t?.()).catch(()=>{}),this.#t=void 0}}return p}var q=["missed","voicemail","busy"];function C(a,e,o,s){let p=o.flatMap(({one:u,phone:h})=>{let t=[h.name,e.devices[h.id]?.name];return u.calls.map(r=>z(a,r,h,t))}).filter(({at:u})=>!Number.isNaN(u)).sort((u,h)=>h.at-u.at);return s?p.map(a.maskParty):p}function z(a,e,o,s){let d=e.direction==="outbound",p=e.queue===!0;return{...a.readParty(e,"caller_name","caller_number"),key:`${o.id} ${e.id}`,phone:o.name,at:Date.parse(e.start),isOutbound:d,isMissed:!d&&!p&&q.includes(e.outcome),outcome:e.outcome,seconds:e.duration??void 0,called:!d&&e.called_name&&!s.includes(e.called_name)?e.called_name:"",isQueueCall:p,hasVoicemail:!!e.voicemail_id||!d&&e.outcome==="voicemail"}}var y=class{constructor(e){this.kit=e;this.list=document.createElement("ul");this.#e=new Map}#e;update(e){let o=new Map;for(let{key:d,kind:p,content:u}of e){let h=this.#e.get(d)??Object.assign(document.createElement("li"),{className:p});this.kit.render(u,h),o.set(d,h)}for(let[d,p]of this.#e)o.has(d)||p.remove();let s=this.list.firstElementChild;for(let d of o.values())d===s?s=s.nextElementSibling:this.list.insertBefore(d,s);this.#e=o}has(e){return this.#e.has(e)}neighbor(e){let o=[...this.#e.keys()],s=o.indexOf(e);return o[s+1]??o[s-1]}find(e,o){return this.#e.get(e??"")?.querySelector(o)??null}};var N=50,H=500,S={answered_elsewhere:"mdi:phone-forward",blocked:"mdi:phone-cancel",in_progress:"mdi:phone-in-talk"},D=["answered","answered_elsewhere","blocked","busy","failed","in_progress","missed","not_answered","voicemail"],I=["answered","in_progress"];function E(a){let{html:e,nothing:o,say:s}=a,d=a.styleSheet(w),p=(i,{outcome:n})=>s(i,`outcome_${D.includes(n)?n:"unknown"}`),u=({isOutbound:i,isMissed:n,outcome:l})=>i?"mdi:phone-outgoing":n?"mdi:phone-missed":S[l]??"mdi:phone-incoming",h=(i,{outcome:n,seconds:l})=>l?I.includes(n)?a.timerText(0,l*1e3):n==="missed"?s(i,"rang",{seconds:`${l}`}):"":"";function t(i,n,l){let m=n.name&&(n.number||n.isWithheld&&s(i,"withheld")),c=n.called||n.isQueueCall&&s(i,"queue_call"),g=h(i,n),f=s(i,n.isOutbound?"outbound":"inbound"),b=e`<span class="badge"
        ><ha-icon icon=${u(n)} role="img" aria-label=${f} title=${f}></ha-icon
      ></span>
      <span class="lines">
        <span class="title">
          <bdi class="name">${a.callerOf(i,n)}</bdi>
          ${n.hasVoicemail?r(i):o}
        </span>
        <span class="detail parts">
          <span class="outcome">${p(i,n)}</span>
          ${g?e`<span class="length">${g}</span>`:o}
          ${c?e`<span><bdi>${c}</bdi></span>`:o}
          ${m?e`<span><bdi dir=${n.number?"ltr":"auto"}>${m}</bdi></span>`:o}
        </span>
      </span>
      <span class="side">
        <time datetime=${new Date(n.at).toISOString()}>${a.formatsOf(i).time(n.at)}</time>
        ${l?e`<bdi class="detail">${n.phone}</bdi>`:o}
      </span>`,x=n.isMissed?"new":"";return n.dial?e`<a class="row" data-tone=${x} href="tel:${n.dial}" title=${s(i,"call_back")}>${b}</a>`:e`<div class="row" data-tone=${x}>${b}</div>`}let r=i=>{let n=s(i,"voicemail");return e`<ha-icon class="sign" icon="mdi:voicemail" role="img" aria-label=${n} title=${n}></ha-icon>`};return class extends $(a){constructor(){super(d);this.command={type:"ringcentral/recent_calls",name:"phones",limit:H};this.#e=new y(a);this.#t=!1;this.#i=!1}#e;#t;#i;render(n,l){let m=this.follow(n,l),c=C(a,n,m,l.mask===!0),g=this.#t?c.filter(({isMissed:b})=>b):c,f=g.slice(0,this.#i?H:l.most??N);return this.#e.update(this.#n(n,f,m.length>1)),e`<ha-card>
        <div class="head">
          <h2>${l.title??s(n,"recent_calls")}</h2>
          ${c.length?this.#r(n):o}
        </div>
        ${this.renderNotice(n,m)}
        <div class="body">
          ${this.#e.list}
          ${g.length||!this.isKnown?o:this.renderEmpty(n,"mdi:phone-check",m.length?"none":"no_call_log")}
          ${f.length<g.length?this.#o(n,g.length-f.length):o}
        </div>
      </ha-card>`}#n(n,l,m){let c=R(a,n),g=Date.now(),f="";return l.flatMap(b=>{let x={key:b.key,kind:"item",content:t(n,b,m)},_=c.key(b.at);return _===f?[x]:(f=_,[{key:`day ${_}`,kind:"day",content:e`<h3>${c.name(b.at,g)}</h3>`},x])})}#r(n){let l=(m,c)=>e`<button
        class="control"
        aria-pressed=${this.#t===c?"true":"false"}
        @click=${()=>{this.#t=c,this.requestUpdate()}}
      >${s(n,m)}</button>`;return e`<div class="filter">${l("all",!1)}${l("outcome_missed",!0)}</div>`}#o(n,l){return e`<button class="more" @click=${()=>{this.#i=!0,this.requestUpdate()}}>${s(n,"more",{count:`${l}`})}</button>`}}}var U=["durationchange","ended","error","pause","playing","seeked","timeupdate","waiting"],k=class{constructor(e){this.changed=e;this.#e.preload="auto";for(let o of U)this.#e.addEventListener(o,this)}#e=new Audio;#t="";#i=!1;handleEvent(e){e.type==="error"&&this.#e.hasAttribute("src")&&(this.#i=!0),e.type==="ended"&&(this.#e.currentTime=0),this.changed()}isPlaying(e){return e===this.#t&&!this.#e.paused}hasFailed(e){return e===this.#t&&this.#i}keepOnly(e){this.#t&&!e.includes(this.#t)&&this.stop()}position(e){return e===this.#t?this.#e.currentTime:0}length(e){let{duration:o}=this.#e;return e===this.#t&&Number.isFinite(o)?o:void 0}seek(e,o){e===this.#t&&this.#e.hasAttribute("src")&&(this.#e.currentTime=o)}async toggle(e,o,s){if(o===this.#t&&!this.#i&&this.#e.hasAttribute("src")){this.#e.paused?await this.#n():this.#e.pause();return}this.stop(),this.#t=o,this.changed();let d={type:"media_source/resolve_media",media_content_id:s};try{let{url:p}=await e.connection.sendMessagePromise(d);if(this.#t!==o)return;this.#e.src=e.hassUrl?.(p)??p,await this.#n()}catch{if(this.#t!==o)return;this.#i=!0,this.changed()}}async#n(){await this.#e.play().catch(e=>{if(e.name!=="AbortError")throw e})}stop(){this.#e.pause(),this.#e.removeAttribute("src"),this.#e.load(),this.#t="",this.#i=!1}};function T(a,e,o){let d=e.flatMap(({one:p,phone:u})=>p.voicemails.map(h=>A(a,h,p,u))).filter(({at:p})=>!Number.isNaN(p)).sort((p,u)=>u.at-p.at);return o?d.map(a.maskParty):d}function A(a,e,o,s){return{...a.readParty(e,"caller_name","caller_number"),key:`${s.id} ${e.voicemail_id}`,id:e.voicemail_id,deviceId:s.id,phone:s.name,canEdit:o.can_edit&&o.available,at:Date.parse(e.received_at),seconds:e.duration??0,transcription:e.transcription??"",isRead:e.read,media:e.media_content_id??""}}var W=/\+?\d(?:[\s\-.()/]{0,3}\d){4,}/g;function M(a,e){return e.replace(W,a.maskNumber)}var O='.line{display:flex;align-items:center}.line .row{flex:1;min-width:0;padding-inline-start:12px}.play{cursor:pointer;margin-inline-start:4px}.play:hover{background:color-mix(in srgb,var(--tone) 30%,transparent)}.play[disabled]{cursor:default;opacity:.6}.item [data-tone=""] .name{font-weight:400}.item [data-tone=new] .name{font-weight:600}.preview{font-style:italic}.panel{display:grid;gap:10px;padding:2px 4px 14px 52px}:host(:dir(rtl)) .panel{padding:2px 52px 14px 4px}.player{display:flex;align-items:center;gap:12px;font-size:14px}.player input{--track: linear-gradient(var(--primary-color) 0 0) no-repeat, var(--divider-color);flex:1;min-width:0;height:24px;margin:0;appearance:none;background:none;cursor:pointer}.player input::-webkit-slider-runnable-track{height:4px;border-radius:2px;background:var(--track);background-size:var(--at) 100%}.player input::-moz-range-track{height:4px;border-radius:2px;background:var(--divider-color)}.player input::-moz-range-progress{height:4px;border-radius:2px;background:var(--primary-color)}.player input:dir(rtl)::-webkit-slider-runnable-track{background-position:right}.player input::-webkit-slider-thumb{appearance:none;width:16px;height:16px;margin-top:-6px;border-radius:50%;background:var(--primary-color)}.player input::-moz-range-thumb{width:16px;height:16px;border:0;border-radius:50%;background:var(--primary-color)}.player .timer{color:var(--secondary-text-color);font-weight:400}.text{margin:0;overflow-wrap:anywhere}.quiet{color:var(--secondary-text-color)}.buttons{display:flex;flex-wrap:wrap;gap:6px}.buttons .control{display:inline-flex;align-items:center;gap:6px;--mdc-icon-size: 18px;color:inherit;text-decoration:none}dialog{--quiet: rgba(128, 128, 128, .16);width:min(400px,92vw);padding:20px;box-sizing:border-box;border:0;border-radius:20px;background:var(--card-background-color);color:var(--primary-text-color)}dialog::backdrop{background:#0008}dialog p{margin:0 0 16px;overflow-wrap:anywhere}dialog .buttons{justify-content:flex-end}.danger{background:color-mix(in srgb,var(--red-color) 22%,transparent)!important;font-weight:500}';var j=30;function L(a){let{act:e,html:o,nothing:s,say:d}=a,p=a.styleSheet(w+O),u=h=>a.timerText(0,Math.round(h)*1e3);return class extends $(a){constructor(){super(p);this.command={type:"ringcentral/voicemails",name:"mailboxes"};this.#e=new y(a);this.#t=new k(()=>this.requestUpdate());this.#i=new Map;this.#n="";this.#a=!1}#e;#t;#i;#n;#r;#o;#a;disconnectedCallback(){super.disconnectedCallback(),this.#t.stop()}render(t,r){let i=this.follow(t,r),n=T(a,i,r.mask===!0);this.#t.keepOnly(n.map(({key:c})=>c));let l=this.#a?n:n.slice(0,r.most??j),m=i.length>1;return this.#e.update(l.map(c=>({key:c.key,kind:"item",content:this.#d(t,r,c,m)}))),o`<ha-card>
          ${this.#s(t,r,n)} ${this.renderNotice(t,i)}
          <div class="body">
            ${this.#e.list}
            ${n.length||!this.isKnown?s:this.renderEmpty(t,"mdi:voicemail",i.length?"none":"no_mailbox")}
            ${l.length<n.length?this.#f(t,n.length-l.length):s}
          </div>
        </ha-card>
        ${this.#r?this.#g(t,this.#r):s}`}rendered(){let t=this.query("dialog");t&&!t.open&&t.showModal();let{gone:r,next:i}=this.#o??{};r===void 0||this.#e.has(r)||(this.#o=void 0,this.#e.find(i,".row")?.focus())}#s(t,r,i){let n=i.filter(({isRead:c})=>!c),l=[...new Set(n.filter(({canEdit:c})=>c).map(({deviceId:c})=>c))],m=()=>{e(t,"ringcentral.mark_voicemail_read",{},{device_id:l})};return o`<div class="head">
        <h2>${r.title??d(t,"voicemail")}</h2>
        ${n.length?o`<span class="chip" data-tone="new"><span class="unseen">${d(t,"unread")}</span>${n.length}</span>`:s}
        ${l.length?o`<button class="control" @click=${m}>${d(t,"mark_all_read")}</button>`:s}
      </div>`}#d(t,r,i,n){let l=i.key===this.#n,m=this.#b(i,r),c=i.name&&(i.number||i.isWithheld&&d(t,"withheld")),g=i.isRead?"":"new",f=()=>this.#p(t,l?"":i.key,i);return o`<div class="line" data-tone=${g}>
          ${this.#l(t,i)}
          <button class="row" data-tone=${g} aria-expanded=${l?"true":"false"} @click=${f}>
            <span class="lines">
              <span class="title">
                ${i.isRead?s:o`<span class="unseen">${d(t,"unread")}</span>`}
                <bdi class="name">${a.callerOf(t,i)}</bdi>
              </span>
              <span class="detail parts">
                <span class="length">${u(i.seconds)}</span>
                ${c?o`<span><bdi dir=${i.number?"ltr":"auto"}>${c}</bdi></span>`:s}
              </span>
              ${m&&!l?o`<bdi class="detail preview">${m}</bdi>`:s}
            </span>
            <span class="side">
              <time datetime=${new Date(i.at).toISOString()}>${a.formatsOf(t).date(i.at,Date.now())}</time>
              ${n?o`<bdi class="detail">${i.phone}</bdi>`:s}
            </span>
          </button>
        </div>
        ${l?this.#m(t,i,m):s}`}#l(t,r){if(!r.media)return o`<span class="badge"><ha-icon icon="mdi:voicemail"></ha-icon></span>`;let i=this.#t.isPlaying(r.key),n=()=>{r.key!==this.#n&&this.#p(t,r.key,r),this.#t.toggle(t,r.key,r.media)},l=`${d(t,i?"pause":"play")}: ${a.callerOf(t,r)}`;return o`<button class="badge play" aria-label=${l} title=${d(t,i?"pause":"play")} @click=${n}>
        <ha-icon icon=${i?"mdi:pause":"mdi:play"}></ha-icon>
      </button>`}#m(t,r,i){return o`<div class="panel">
        ${r.media?this.#u(t,r):s}
        ${i?o`<p class="text" dir="auto">${i}</p>`:o`<p class="text quiet">${d(t,"no_transcription")}</p>`}
        <div class="buttons">
          ${r.dial?o`<a class="control" href="tel:${r.dial}"><ha-icon icon="mdi:phone"></ha-icon>${d(t,"call_back")}</a>`:s}
          ${r.canEdit?this.#h(t,r):s}
        </div>
      </div>`}#u(t,r){let i=this.#t.length(r.key)??r.seconds,n=Math.min(this.#t.position(r.key),i),l=c=>this.#t.seek(r.key,Number(c.target.value));if(this.#t.hasFailed(r.key))return o`<p class="text" role="alert">${d(t,"not_played")}</p>`;let m=`${u(n)} / ${u(i)}`;return o`<div class="player">
        <input
          type="range"
          min="0"
          step="0.1"
          max=${i}
          style="--at: ${i?100*n/i:0}%"
          .value=${`${n}`}
          aria-label=${d(t,"position")}
          aria-valuetext=${m}
          @input=${l}
        />
        <span class="timer" dir="ltr">${m}</span>
      </div>`}#h(t,r){let i=r.isRead?"mark_unread":"mark_read",n=()=>this.#c(t,r.isRead?"mark_voicemail_unread":"mark_voicemail_read",r),l=()=>{this.#r=r,this.requestUpdate()};return o`<button class="control" @click=${n}>
          <ha-icon icon=${r.isRead?"mdi:email-outline":"mdi:email-open-outline"}></ha-icon>${d(t,i)}
        </button>
        <button class="control" @click=${l}>
          <ha-icon icon="mdi:delete-outline"></ha-icon>${t.localize("ui.common.delete")||"Delete"}
        </button>`}#g(t,r){let i=()=>this.query("dialog")?.close(),n=()=>{this.#r=void 0,this.requestUpdate()},l=()=>{this.#o={gone:r.key,next:this.#e.neighbor(r.key)},i(),this.#c(t,"delete_voicemail",r)};return o`<dialog role="alertdialog" aria-labelledby="question" @close=${n}>
        <p id="question">${d(t,"delete_question",{caller:a.callerOf(t,r)})}</p>
        <div class="buttons">
          <button class="control" autofocus @click=${i}>${t.localize("ui.common.cancel")||"Cancel"}</button>
          <button class="control danger" @click=${l}>${t.localize("ui.common.delete")||"Delete"}</button>
        </div>
      </dialog>`}#f(t,r){return o`<button class="more" @click=${()=>{this.#a=!0,this.requestUpdate()}}>${d(t,"more",{count:`${r}`})}</button>`}#c(t,r,i){e(t,`ringcentral.${r}`,{voicemail_id:i.id},{device_id:i.deviceId})}#b(t,r){let i=t.transcription||this.#i.get(t.key)||"";return r.mask?M(a,i):i}#p(t,r,i){if(this.#n=r,this.requestUpdate(),!r||i.transcription||this.#i.has(r))return;let n={type:"ringcentral/voicemail_transcription",device_id:i.deviceId,voicemail_id:i.id};t.connection?.sendMessagePromise(n).then(({transcription:l})=>{l&&this.#i.set(r,l),this.requestUpdate()},()=>{})}}}function ye(a){a.define("ringcentral-recent-calls-content",E(a)),a.define("ringcentral-voicemail-content",L(a))}export{ye as defineElements};
