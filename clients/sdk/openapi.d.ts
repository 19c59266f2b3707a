// Made by server/api/sdk-files.test.ts from the OpenAPI document:
// AMPHI_WRITE_SDK=1 node build/server/api/sdk-files.test.js
export interface paths {
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who am I? */
        get: operations["getSession"];
        put?: never;
        /** Sign in by name and password, or with an API key; sets a cookie */
        post: operations["createSession"];
        /** Sign out */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/sign-on": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether there is a single sign-on (begins at /sign-in/oidc), and whether this session is by it */
        get: operations["getSignOn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change the own password; ends all other sessions */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where I am signed in */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of my sessions */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set up the authenticator; gives recovery codes, shown once */
        put: operations["confirmTotp"];
        /** A secret for an authenticator (RFC 6238); it counts when a code of it was confirmed */
        post: operations["beginTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My API keys */
        get: operations["listKeys"];
        put?: never;
        /** A new API key, shown once: Authorization: Bearer KEY */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/account/keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API key */
        delete: operations["deleteKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users of the own institution and those below */
        get: operations["listUsers"];
        put?: never;
        /** A new user with a one-time password */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One user */
        get: operations["getUser"];
        /** Change a user; needs If-Match with the version that was read */
        put: operations["updateUser"];
        post?: never;
        /** Delete a user; the audit keeps the name */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{userId}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new one-time password; unlocks, ends all sessions */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{userId}/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** The authenticator was lost: it is set up anew; ends all sessions */
        delete: operations["resetTotp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{userId}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Sign a user out everywhere */
        delete: operations["endUserSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Groups, and the roles that they give to their members */
        get: operations["listGroups"];
        put?: never;
        /** A new group */
        post: operations["createGroup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/{groupId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change a group, its roles and members */
        put: operations["updateGroup"];
        post?: never;
        /** Delete a group; its members stay */
        delete: operations["deleteGroup"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/institutions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own institution and those below: region, hospital, department */
        get: operations["listInstitutions"];
        put?: never;
        /** A new institution below one that the administrator looks after */
        post: operations["createInstitution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users who may see, chair or play it */
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/members/{memberId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Make a user chair, participant or viewer of this conference */
        put: operations["setMember"];
        post?: never;
        /** The user has nothing to do with this conference any more */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Links to join by that expire */
        get: operations["listLinks"];
        put?: never;
        /** A link to join by, good until it expires; shown once */
        post: operations["createLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/links/{linkId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** The link leads nowhere any more */
        delete: operations["deleteLink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what, in order; go on with `after`, the last sequence read */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All of it as CSV (RFC 4180) or JSON lines */
        get: operations["exportAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the audit was altered */
        get: operations["verifyAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All web-hooks in reach */
        get: operations["listWebHooks"];
        put?: never;
        /** Have events sent to a URL by POST, signed as Standard Webhooks say (HMAC-SHA256); the answer shows the secret this once. What is not answered with 2xx within 10 s is tried again, for about a day */
        post: operations["createWebHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webHookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Switch a web-hook on or off */
        put: operations["setWebHook"];
        post?: never;
        /** Nothing is sent there any more */
        delete: operations["deleteWebHook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webHookId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was sent, and what became of it, newest first; of the last 7 days */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{webHookId}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send everything since then once more, with the same ids */
        post: operations["replayWebHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Calls of rooms that ring and stand, and the last ones that ended, newest first */
        get: operations["listCalls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{callId}/diagnosis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why there is no picture, or no sound, in words and with what to do */
        get: operations["getCallDiagnosis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{callId}/trace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every SIP message of the call, both ways */
        get: operations["getCallTrace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{callId}/ladder": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The messages of the call as a drawing in text: an arrow for each */
        get: operations["getCallLadder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calls/{callId}/transcript": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same messages as one text file to keep */
        get: operations["exportCallTrace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/call-records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Calls that stand and those that are over, newest first; go on with `before`, the last sequence read */
        get: operations["listCallRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/call-records/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as CSV (RFC 4180), all of them, in Chinese or English */
        get: operations["exportCallRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Conferences, minutes and most sites at once, by day, week or month; of what the asker may see */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/usage/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as CSV (RFC 4180), in Chinese or English */
        get: operations["exportUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who was there from when to when, how each line was, and the recordings */
        get: operations["getReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rooms that are being called, that have answered, and that failed within the last minute */
        get: operations["listOutgoingCalls"];
        put?: never;
        /** Call rooms into the conference; all of the addresses are allowed (`sip.dialOut.allow`), or none is called */
        post: operations["dialOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/calls/{callId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Give up calling the room; hang up when it has answered */
        delete: operations["cancelOutgoingCall"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/sites/{siteId}/camera": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Moves the camera of a hardware room by far-end camera control (H.281) */
        post: operations["moveCamera"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/sites/{siteId}/camera/preset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes the camera of a hardware room to a preset of its own, or stores where it is */
        post: operations["useCameraPreset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/sites/{siteId}/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a hardware room, in the call that it is in, to another conference; both have to be within the right */
        post: operations["moveSite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Before it begins: do its rooms answer, is there room for them, and for its recording? */
        post: operations["checkConference"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/check/loop-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Calls a room, which sees and hears itself for 4 to 10 seconds, and tells what came of its picture and sound. It rings there; answered when the test is over, within a minute */
        post: operations["tryRoom"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/lock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Lets nobody in any more but who is called, until it is unlocked or over */
        put: operations["setLock"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Disconnects everybody now; the conference itself stays */
        post: operations["endConference"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/journal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened, in order; go on with `after`, the last sequence read */
        get: operations["listJournal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sip/bans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Addresses that are not answered, because they guessed, scanned or flooded */
        get: operations["listSipBans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sip/bans/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Answers this address again, as if nothing had been */
        delete: operations["liftSipBan"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sip/trunks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Trunks to other proxies and PBXs: which address answers, whether we are registered, or why not */
        get: operations["listSipTrunks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sip-accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts of SIP devices, and where they are registered */
        get: operations["listSipAccounts"];
        put?: never;
        /** An account for a SIP device; its password is shown this once */
        post: operations["createSipAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sip-accounts/{accountName}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One account */
        get: operations["getSipAccount"];
        /** Changes names and numbers; a disabled account is signed off at once */
        put: operations["updateSipAccount"];
        post?: never;
        /** Deletes the account; its device is signed off */
        delete: operations["deleteSipAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sip-accounts/{accountName}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new password, shown this once; the device is signed off */
        post: operations["resetSipPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/address-book": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom one may call, by name, and whether they are there */
        get: operations["listAddressBook"];
        put?: never;
        /** A new entry */
        post: operations["createAddressEntry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/address-book/{entryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes an entry */
        put: operations["updateAddressEntry"];
        post?: never;
        /** Deletes an entry */
        delete: operations["deleteAddressEntry"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/address-book-export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All entries that the asker sees: RFC 4180 with the header name,addresses,institution,groups; several in a cell are parted by ; */
        get: operations["exportAddressBook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/address-book-import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds entries, or changes those of the same name and institution; all lines, or none */
        post: operations["importAddressBook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When the conference takes place, and with whom */
        get: operations["getSchedule"];
        /** Plans the conference, or another time for it: invitations go out. If-Match with the version that was read, "0" for none */
        put: operations["setSchedule"];
        post?: never;
        /** Cancels what is planned: all who were invited are told */
        delete: operations["cancelSchedule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedule-check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What stands against a time, and which other times would do */
        post: operations["checkSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What takes place in a span of time, in order; go on with `offset` */
        get: operations["listCalendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/free-busy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When a room or person (by address or e-mail) is in a conference; not in which */
        get: operations["getFreeBusy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/extension": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The conference that runs ends later; tells whom that collides with */
        post: operations["extendConference"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Templates by name: one’s own, and for operators those of the house */
        get: operations["listTemplates"];
        put?: never;
        /** Keeps a title, rooms, guests, ports and the like for later conferences */
        post: operations["createTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/template": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a template of a conference, as it is planned */
        post: operations["createTemplateOf"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{templateId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes a template; conferences that were made after it stay as they are */
        put: operations["changeTemplate"];
        post?: never;
        /** Forgets a template; conferences that were made after it stay */
        delete: operations["deleteTemplate"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{templateId}/conferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new conference after the template, planned where `when` is given */
        post: operations["createAfterTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/repetition": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new conference like this one, also like one that is over: same title, rooms, guests, ports */
        post: operations["repeatConference"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mails about the conference and whether they were sent, newest first; go on with `offset` */
        get: operations["listMail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All conferences, newest first */
        get: operations["listConferences"];
        put?: never;
        /** A new conference, open until it is deleted */
        post: operations["createConference"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One conference */
        get: operations["getConference"];
        put?: never;
        post?: never;
        /** Ends the conference: everybody is disconnected; its recordings stay */
        delete: operations["deleteConference"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/chair-pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets the chair's PIN; null takes it away. It is never told again */
        put: operations["setChairPin"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/recording": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Record the composite in 1080p */
        post: operations["startRecording"];
        /** Stop recording; answers when everything is durable and plays */
        delete: operations["stopRecording"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/sites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is in it now, in the order of joining */
        get: operations["listSites"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/sites/{siteId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Hangs up: the site is taken out of the conference */
        delete: operations["removeSite"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Each site's network over the last minutes, and its streams */
        get: operations["getStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/layouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every layout, with its tiles */
        get: operations["listLayouts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that was chosen of views */
        get: operations["getViews"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/view": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What rooms and the recording see */
        get: operations["getView"];
        /** Changes what rooms and the recording see, at once and for later; what is left out is automatic */
        put: operations["setView"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/sites/{siteId}/view": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the site sees: its own view, or the conference's */
        get: operations["getSiteView"];
        /** Gives the site a view of its own, while it is in the conference */
        put: operations["setSiteView"];
        post?: never;
        /** The site sees the conference's view again */
        delete: operations["deleteSiteView"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/broadcast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** All others see this site large; null: nobody is broadcast */
        put: operations["broadcast"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/sites/{siteId}/sound": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the site is muted, and how loud it is made */
        get: operations["getSiteSound"];
        /** Mutes the site or makes it louder: its mouth, its ear, or both; what is left out stays */
        put: operations["setSiteSound"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/sites/{siteId}/watch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** This site sees the one in the body; null: its view again */
        put: operations["watch"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/chosen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** The chair's choice: who is in the tiles of kind chair, in their order */
        put: operations["choose"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the MCU makes the pictures now: each part of the work, who needs it and what it costs */
        get: operations["getGraph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conferences/{conferenceId}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is seen now, as a JPEG 320 pixels wide, at most 2 s old */
        get: operations["getThumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/draining": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Before a stop: conferences that run go on, no other opens; /readyz says 503. Ends with a restart */
        put: operations["setDraining"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/diagnostics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that is needed to find a fault from afar, without secrets and names */
        get: operations["getDiagnostics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{link}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the link leads to */
        get: operations["getInvitation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recordings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All recordings, newest first */
        get: operations["listRecordings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recordings/{recordingId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One recording */
        get: operations["getRecording"];
        put?: never;
        post?: never;
        /** Deletes the recording for ever */
        delete: operations["deleteRecording"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recordings/{recordingId}/number": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a finished recording a number: a room that dials it sees and hears it */
        put: operations["setRecordingNumber"];
        post?: never;
        /** No room dials it any more */
        delete: operations["deleteRecordingNumber"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "conference.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** There is a new conference */
        post: operations["conference.created"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "conference.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A conference was ended for ever */
        post: operations["conference.deleted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "conference.started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The first site is about to join */
        post: operations["conference.started"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "conference.ended": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The last site has left */
        post: operations["conference.ended"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "conference.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** It was locked or opened, prolonged, or everybody is shown a notice */
        post: operations["conference.changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "calls.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rooms that are called into it: who rings, who has answered, who does not, and why */
        post: operations["calls.changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "conference.speaking": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Somebody else speaks; at most twice a second */
        post: operations["conference.speaking"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "site.joined": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A site has joined */
        post: operations["site.joined"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "site.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Its connection, streams or sound have changed, for example a microphone was muted */
        post: operations["site.changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "site.signal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Its network has become better or worse */
        post: operations["site.signal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "site.left": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A site has left */
        post: operations["site.left"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "recording.started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A recording has begun */
        post: operations["recording.started"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "recording.stopped": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A recording has ended and plays */
        post: operations["recording.stopped"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "views.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Somebody is shown otherwise: layout, tiles, broadcast, watch */
        post: operations["views.changed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        AddressEntry: {
            entryId: string;
            displayName: string;
            /** @description Whose entry it is; null: of the whole installation, seen by all */
            institutionId: string | null;
            /** @description As for dialling: SIP URI, number, or name of a registered device; the first is called */
            addresses: string[];
            /** @description Names of the groups that it is in; a group is there as long as one entry names it */
            groups: string[];
            /**
             * @description available: registered here; offline: an account that is not registered; unknown: no account here, nothing tells
             * @enum {unknown}
             */
            presence: "in-conference" | "available" | "offline" | "unknown";
        };
        AuditRecord: {
            /** @description 1, 2, 3 … without a gap */
            sequence: number;
            /** @description RFC 3339 */
            at: string;
            actorId: string | null;
            actorName: string;
            /** @description Address that it came from */
            source: string;
            /** @description Operation or signalling message */
            action: string;
            /** @description kind:id */
            object: string;
            /** @description ok, or the code of the problem */
            result: string;
            /** @description JSON */
            detail: string;
            /** @description SHA-256 over the hash before and this record */
            hash: string;
        };
        /** @enum {unknown} */
        CallFailure: "busy" | "no-answer" | "declined" | "unknown" | "unavailable" | "unreachable" | "incompatible" | "moved" | "credentials" | "full" | "failed";
        CallLogEntry: {
            /** @description Grows */
            sequence: number;
            conferenceId: string | null;
            /** @description The conference's, as it was then */
            title: string;
            number: string;
            /**
             * @description browser: signed in on a page; link: through a link alone; sip: a room
             * @enum {unknown}
             */
            way: "browser" | "link" | "sip";
            /** @enum {unknown} */
            direction: "incoming" | "outgoing";
            /** @description Of the site */
            name: string;
            /** @description SIP address, number or name that called */
            from: string;
            /** @description What was called; a PIN is blank */
            to: string;
            /** @description That the signalling of a room came from */
            remoteAddress: string;
            /** @description Product of a room, when it tells */
            userAgent: string;
            /** @description RFC 3339, ms */
            beganAt: string;
            answeredAt: string | null;
            endedAt: string | null;
            durationS: number | null;
            audioCodec: string | null;
            videoCodec: string | null;
            width: number | null;
            height: number | null;
            quality: components["schemas"]["StayFigures"];
            /** @enum {unknown} */
            result: "running" | "completed" | "lost" | "unanswered" | "refused";
            reason: {
                /** @enum {unknown} */
                code: "left" | "removed" | "moved" | "conference-ended" | "server-stopping" | "hung-up" | "network-lost" | "no-media" | "not-back" | "no-answer" | "cancelled" | "refused";
                inWords: {
                    zh: string;
                    en: string;
                };
                status: number | null;
                /** @description What was said in signalling */
                detail: string;
            } | null;
        };
        CallSummary: {
            callId: string;
            /** @enum {unknown} */
            direction: "incoming" | "outgoing";
            /** @enum {unknown} */
            state: "ringing" | "active" | "held" | "ended";
            /** @description What was dialled; a PIN is blank */
            target: string;
            remoteUri: string;
            remoteName: string;
            /** @description That its signalling comes from */
            remoteAddress: string;
            /** @description Product of the peer, when it tells */
            userAgent: string;
            /** @description Signalling over TLS */
            encrypted: boolean;
            /** @description RFC 3339, ms */
            startedAt: string;
            establishedAt: string | null;
            endedAt: string | null;
            end: {
                /** @enum {unknown} */
                by: "local" | "remote";
                /** @enum {unknown} */
                cause: "hangup" | "cancelled" | "refused" | "no-answer" | "lost" | "no-media";
                text: string;
                /** @description SIP status that our call was refused with */
                status?: number;
            } | null;
            /** @description In its trace */
            messages: number;
        };
        CallTrace: {
            omitted: {
                /** @description Messages that are not kept */
                count: number;
                /** @description Before which of `messages` they were */
                before: number;
            };
            /** @description Oldest first */
            messages: {
                /** @description RFC 3339, ms */
                at: string;
                /** @enum {unknown} */
                direction: "received" | "sent";
                /** @enum {unknown} */
                protocol: "UDP" | "TCP" | "TLS" | "WSS";
                /** @description ADDRESS:PORT */
                peer: string;
                /** @description The whole message; keys, passwords, PINs and digits are blank */
                text: string;
            }[];
        };
        Chosen: {
            siteIds: string[];
        };
        Conference: {
            conferenceId: string;
            title: string;
            /** @description A hardware room dials sip:NUMBER@host */
            number: string;
            /** @description A room dials NUMBER*PIN; the page asks for it */
            pin: string | null;
            /** @description Who knows it may chair, in a browser or by keys of a room */
            hasChairPin: boolean;
            /** @description Path of the page to join by: /join/…; unguessable */
            link: string;
            /** @description RFC 3339 */
            createdAt: string;
            /** @description Sites in it now */
            siteCount: number;
            recording: boolean;
            /**
             * @description open: anybody may come in, nobody is there; scheduled: waits for its time; ended: its time is over
             * @enum {unknown}
             */
            state: "open" | "scheduled" | "running" | "ended";
            opensAt: string | null;
            endsAt: string | null;
            startedAt: string | null;
            /** @description Nobody comes in but who is called */
            locked: boolean;
        };
        ConferenceReadiness: {
            /** @description Nothing of this stands against it */
            ready: boolean;
            /** @description Those that are planned for it */
            rooms: components["schemas"]["RoomReadiness"][];
            /** @description Ports of 720p30: free now (null: as many as wanted), and one for each room */
            units: {
                free: number | null;
                needed: number;
            };
            recordingMinutes: number | null;
        };
        ConferenceReport: {
            conferenceId: string;
            title: string;
            number: string;
            /** @description RFC 3339, ms */
            startedAt: string;
            endedAt: string | null;
            /** @description Who was there, in the order of coming */
            sites: components["schemas"]["CallLogEntry"][];
            recordings: {
                recordingId: string;
                /** @description RFC 3339, ms */
                startedAt: string;
                /** @description ms */
                durationMs: number;
            }[];
            /** @description Each time that it took place, oldest first */
            runs: {
                /** @description RFC 3339, ms */
                startedAt: string;
                endedAt: string | null;
            }[];
        };
        ConferenceViews: {
            conference: components["schemas"]["ViewWish"];
            /** @description siteId → the view that overrides it there */
            sites: {
                [key: string]: components["schemas"]["ViewWish"];
            };
            /** @description The site that all others see large */
            broadcast: string | null;
            /** @description siteId → the site that it sees instead of its view, unless one is broadcast */
            watching: {
                [key: string]: string;
            };
            /** @description The chair's choice, for tiles of kind chair, in their order */
            chosen: string[];
        };
        Conflict: {
            /** @enum {unknown} */
            kind: "room-or-person" | "capacity";
            /** @description Address of who is elsewhere; or how many ports are lacking */
            what: string;
            conferenceId: string | null;
            beginsAt: string;
            endsAt: string;
        };
        Diagnosis: {
            /** @description Most important first; never empty */
            findings: {
                /**
                 * @description Never changes its meaning
                 * @enum {unknown}
                 */
                code: "all-well" | "ringing" | "unknown-number" | "refused-here" | "refused-there" | "no-answer" | "vanished" | "hung-up" | "held" | "encryption-required" | "encryption-off-here" | "no-usable-key" | "no-common-codec" | "not-offered" | "switched-off-there" | "not-sent-there" | "not-taken-there" | "dtls-failed" | "dtls-pending" | "wrong-keys" | "unexpected-packets" | "camera-silent" | "nothing-arrives" | "stopped-arriving" | "no-keyframe" | "nothing-sent" | "silent-microphone" | "muted-here" | "loss-in" | "loss-out" | "bandwidth-small" | "other-address" | "private-address" | "no-reports" | "floor-closed" | "content-inside" | "keys-in-the-open" | "alone" | "nothing-known";
                /**
                 * @description Does not work, works badly, or is only worth knowing
                 * @enum {unknown}
                 */
                severity: "fault" | "warning" | "note";
                /** @enum {unknown} */
                stream: "call" | "audio" | "video" | "content";
                parameters: {
                    [key: string]: string;
                };
                what: {
                    zh: string;
                    en: string;
                };
                advice: {
                    zh: string;
                    en: string;
                };
            }[];
            /** @description What it was concluded from */
            streams: {
                /** @enum {unknown} */
                kind: "audio" | "video" | "content";
                /** @description That the counts up to `unexpected` are over */
                seconds: number;
                /** @description RTP packets */
                received: number;
                sent: number;
                /** @description On the way to us */
                lost: number;
                bytesReceived: number;
                bytesSent: number;
                /** @description Encrypted with other keys than agreed */
                unauthenticated: number;
                /** @description Of another codec than agreed */
                unexpected: number;
                /** @description Since the call began, as all that follow */
                everReceived: number;
                /** @description Received whole */
                keyframes: number;
                remoteReports: number;
                /** @description Of what we send, by the last report, 0–1 */
                remoteFractionLost: number;
                /** @description bit/s that it takes at most */
                remoteEstimate: number | null;
                /** @description ADDRESS:PORT that media comes from */
                source: string | null;
                keyingFailure: string | null;
            }[];
        };
        DialRequest: {
            /** @description All of them are called at once, as far as there are lines */
            rooms: {
                /** @description SIP URI, USER@HOST, an IP address, or the number or name of a registered device */
                address: string;
                displayName?: string;
            }[];
            /** @description Further tries when it is busy or nobody answers; default 3 */
            retries?: number;
        };
        GraphNode: {
            id: string;
            /**
             * @description forward: sent on as it came, nothing is decoded
             * @enum {unknown}
             */
            kind: "decode" | "scale" | "canvas" | "encode" | "forward";
            /** @description For people */
            what: string;
            /** @description Nodes whose result it takes */
            inputs: string[];
            /** @description Outputs that need it: room:SITEID, composite */
            users: string[];
            /** @description ms of processor time in each second; null: not measured yet */
            costMsPerS: number | null;
        };
        Invitation: {
            title: string;
            number: string;
            /** @description What a room dials */
            sipAddress: string;
        };
        JournalEntry: {
            /** @description 1, 2, 3 … in each conference, without a gap */
            sequence: number;
            /** @description RFC 3339 */
            at: string;
            by: {
                /** @enum {unknown} */
                kind: "user" | "site" | "system";
                id: string | null;
                name: string;
            };
            /** @enum {unknown} */
            kind: "created" | "scheduled" | "started" | "resumed" | "site-joined" | "site-left" | "layout" | "site-layout" | "broadcast" | "watch" | "chosen" | "sound" | "chair-pin" | "chair" | "recording-started" | "recording-stopped" | "locked" | "unlocked" | "extended" | "end-near" | "dialled" | "ended" | "cancelled" | "deleted";
            detail: {
                [key: string]: unknown;
            };
        };
        /**
         * @description auto: an equal grid that follows the number of sites; a number: so many equal tiles; N+1, 13, 2+8: large ones first; lecture: the class sees the lecturer, the lecturer the class
         * @enum {unknown}
         */
        Layout: "auto" | "1" | "2" | "3" | "4" | "6" | "9" | "13" | "16" | "20" | "24" | "2+1" | "3+1" | "5+1" | "7+1" | "2+8" | "12+1" | "side-by-side" | "pip-top-left" | "pip-top-right" | "pip-bottom-left" | "pip-bottom-right" | "pop" | "lecture" | "content-strip";
        LayoutPicture: {
            layout: components["schemas"]["Layout"];
            /** @description On a 16:9 canvas, in fractions of its width and height; for auto: an example */
            tiles: {
                x: number;
                y: number;
                width: number;
                height: number;
            }[];
        };
        LoopBackFindings: {
            picture: {
                width: number;
                height: number;
                framesPerSecond: number;
            } | null;
            soundDbov: number | null;
            /** @description Of what the room sent, 0–1 */
            fractionLost: number;
            remoteFractionLost: number | null;
            jitterMs: number;
            roundTripMs: number | null;
        };
        /** @description failure: why there are no findings */
        LoopBackResult: {
            failure: components["schemas"]["CallFailure"] | null;
            detail: string | null;
            findings: components["schemas"]["LoopBackFindings"] | null;
        };
        NewConference: {
            title: string;
            /** @description 4–12 digits; absent: no PIN */
            pin?: string;
            /** @description 4–12 digits: who knows it may chair */
            chairPin?: string;
            /** @description Absent: the server chooses a free one */
            number?: string;
        };
        OccurrenceState: {
            /** @description RFC 3339 */
            beginsAt: string;
            /** @description RFC 3339 */
            endsAt: string;
            /** @enum {unknown} */
            state: "planned" | "begun" | "over";
        };
        OutgoingCall: {
            callId: string;
            /** @description What it is called in the conference */
            displayName: string;
            /**
             * @description waiting: for a line, or for the next try; failed: no more tries; ended: it was in the conference and hung up
             * @enum {unknown}
             */
            state: "waiting" | "trying" | "ringing" | "answered" | "failed" | "cancelled" | "ended";
            failure: components["schemas"]["CallFailure"] | null;
            nextTryAt: string | null;
            siteId: string | null;
            /** @description sip:USER@HOST */
            address: string;
            /** @description Tries that were begun */
            attempt: number;
            /** @description Tries at most */
            attempts: number;
            detail: string | null;
            /** @description RFC 3339 */
            startedAt: string;
        };
        Party: {
            /** @enum {unknown} */
            kind: "person" | "room";
            name: string;
            /** @description Is sent an invitation */
            email?: string;
            /** @description SIP address of a room: is called at the time */
            address?: string;
        };
        Problem: {
            /** @description about:blank, or a URI for the kind of problem */
            type: string;
            title: string;
            status: number;
            /** @description For programs */
            code: string;
            /** @description For people: what to do */
            detail?: string;
            /** @description Of a file that was refused: what is wrong with it, by row; the first 100 */
            rows?: {
                /** @description As a spreadsheet counts; 1 is the header */
                row: number;
                /** @description By the name in the header */
                column: string;
                /** @description What the row is called there */
                text: string;
            }[];
        };
        Recording: {
            recordingId: string;
            conferenceId: string;
            title: string;
            /** @description RFC 3339 */
            startedAt: string;
            durationMs: number;
            bytes: number;
            /**
             * @description interrupted: the server or recorder died; everything up to then is there and plays
             * @enum {unknown}
             */
            state: "recording" | "complete" | "interrupted";
            /** @description Path of a JPEG, 640×360 */
            poster: string | null;
            /** @description Path of the HLS playlist (RFC 8216) */
            playlist: string;
            /** @description Path of the whole as one MP4 */
            download: string;
            /** @description What rooms dial to see it */
            number: string | null;
            /** @description Rooms dial NUMBER*PIN */
            pin: string | null;
        };
        RecordingNumberWish: {
            /** @description Absent: the one that it has, else a free one that nobody can guess */
            number?: string;
            /** @description 4–12 digits; absent: no PIN */
            pin?: string;
        };
        RoomReadiness: {
            name: string;
            address: string;
            /**
             * @description answers: it speaks SIP now; silent: no answer within 4 s; unreachable: its name or transport is unknown; not-allowed: sip.dialOut.allow
             * @enum {unknown}
             */
            state: "in-conference" | "answers" | "silent" | "unreachable" | "not-registered" | "not-allowed";
            roundTripMs: number | null;
            /** @description What it calls itself */
            userAgent: string;
        };
        Schedule: {
            /** @description Local time of the (first) beginning: 2026-11-23T09:00 */
            begins: string;
            /** @description IANA: Asia/Shanghai */
            timeZone: string;
            minutes: number;
            rrule: string | null;
            /** @description Ports of 720p30 that are kept for it; 1080p30 takes two. 0: none */
            hdUnits: number;
            parties: components["schemas"]["Party"][];
            /** @description Before the beginning it opens */
            earlyMinutes: number;
            remindMinutes: number | null;
            /** @description Rooms with an address are called when it begins */
            dialOut: boolean;
            /**
             * @description Of mails
             * @enum {unknown}
             */
            language: "zh" | "en";
        };
        ScheduleRequest: {
            /** @description Local time of the (first) beginning: 2026-11-23T09:00 */
            begins: string;
            /** @description IANA: Asia/Shanghai */
            timeZone: string;
            minutes: number;
            rrule?: string | null;
            /** @description Ports of 720p30 that are kept for it; 1080p30 takes two. 0: none */
            hdUnits?: number;
            parties?: components["schemas"]["Party"][];
            /** @description Before the beginning it opens */
            earlyMinutes?: number;
            remindMinutes?: number | null;
            /** @description Rooms with an address are called when it begins */
            dialOut?: boolean;
            /**
             * @description Of mails
             * @enum {unknown}
             */
            language?: "zh" | "en";
            /** @description Although rooms or people are elsewhere */
            force?: boolean;
        };
        Session: {
            /** @description May make conferences */
            operator: boolean;
            user: {
                userId: string;
                userName: string;
                roles: ("operator" | "chair" | "participant" | "viewer" | "auditor" | "administrator")[];
                permissions: ("conference:create" | "conference:read" | "conference:control" | "conference:record" | "conference:delete" | "recording:read" | "recording:share" | "recording:delete" | "record:read" | "endpoint:read" | "endpoint:manage" | "webhook:manage" | "system:read" | "system:manage" | "user:read" | "user:manage" | "audit:read")[];
                blocked: ("password-expired" | "second-factor-needed") | null;
            } | null;
        };
        SignalSample: {
            /** @description ms since 1970 */
            atMs: number;
            /** @description Of packets, 0–1, the worse direction */
            fractionLost: number;
            jitterMs: number;
            roundTripMs: number | null;
            /** @description bit/s from the site */
            sendBitrate: number;
            /** @description bit/s to the site */
            receiveBitrate: number;
        };
        SipAccount: {
            accountName: string;
            displayName: string;
            institutionId: string | null;
            aliases: string[];
            /** @description Cannot register, nor call */
            disabled: boolean;
            /** @description RFC 3339 */
            createdAt: string;
            /** @description Where its devices are now */
            registrations: {
                /** @description URI */
                contact: string;
                /** @description ADDRESS:PORT that it registered from */
                address: string;
                /** @enum {unknown} */
                protocol: "UDP" | "TCP" | "TLS" | "WSS";
                /** @description Product, when it tells */
                userAgent: string;
                /** @description RFC 3339 */
                expiresAt: string;
            }[];
        };
        SipBan: {
            /** @description IPv4 address, or the first address of an IPv6 network of 64 bits */
            source: string;
            /**
             * @description What filled the measure: wrong passwords, numbers that are not there, no SIP, too much, a scanner
             * @enum {unknown}
             */
            reason: "login" | "number" | "malformed" | "flood" | "scanner";
            /** @description RFC 3339 */
            since: string;
            /** @description RFC 3339 */
            until: string;
            /** @description Bans that it has had; each is twice as long as the one before */
            times: number;
            /** @description Messages since this ban began */
            dropped: number;
        };
        SipTrunk: {
            name: string;
            /**
             * @description down: no address answers, or it does not take our registration
             * @enum {unknown}
             */
            state: "up" | "down" | "unknown";
            addresses: {
                address: string;
                /** @enum {unknown} */
                state: "up" | "down" | "unknown";
                reason: string | null;
                roundTripMs: number | null;
            }[];
            registration: {
                /** @enum {unknown} */
                state: "trying" | "registered" | "refused" | "unreachable";
                address: string | null;
                reason: string | null;
                expiresInS: number | null;
            } | null;
            calls: number;
            maxCalls: number;
        };
        SiteChoice: {
            siteId: string | null;
        };
        SiteQuality: {
            /** @enum {unknown} */
            level: "good" | "fair" | "poor" | "lost" | "unknown";
            /** @description Of packets, 0–1, the worse direction, over the last seconds */
            fractionLost: number;
            jitterMs: number;
            roundTripMs: number | null;
            /** @description bit/s from the site to the server */
            sendBitrate: number;
            /** @description bit/s from the server to the site */
            receiveBitrate: number;
        };
        SiteSound: {
            mouth: {
                muted: boolean;
                /** @description 0: as it is */
                gainDb: number;
            };
            ear: {
                muted: boolean;
                /** @description 0: as it is */
                gainDb: number;
            };
        };
        SiteState: {
            /** @description Stable while the site is in the conference, also over reconnects */
            siteId: string;
            name: string;
            /**
             * @description How it is connected: a browser or a hardware room
             * @enum {unknown}
             */
            kind: "webrtc" | "sip";
            /**
             * @description reconnecting: its network dropped; it is removed after a while if it does not come back
             * @enum {unknown}
             */
            connection: "connecting" | "connected" | "reconnecting";
            streams: components["schemas"]["StreamState"][];
            quality: components["schemas"]["SiteQuality"];
            sound: components["schemas"]["SiteSound"];
            /** @description It has given the chair's PIN */
            chair: boolean;
            /** @description RFC 3339 */
            joinedAt: string;
        };
        SiteStatistics: {
            siteId: string;
            name: string;
            /** @enum {unknown} */
            kind: "webrtc" | "sip";
            streams: components["schemas"]["StreamStatistics"][];
            /** @description Oldest first, each 2 s, of the last three minutes */
            signal: components["schemas"]["SignalSample"][];
        };
        SoundRequest: {
            /** @description What the others hear of it. A browser's gain is heard by rooms and in the recording */
            mouth?: {
                muted?: boolean;
                /** @description 0: as it is */
                gainDb?: number;
            };
            /** @description What it hears of the others. Of a browser's, only muted has an effect */
            ear?: {
                muted?: boolean;
                /** @description 0: as it is */
                gainDb?: number;
            };
        };
        StayFigures: {
            verdict: ("good" | "fair" | "poor") | null;
            fractionLost: number | null;
            fractionLostMax: number | null;
            jitterMaxMs: number | null;
            roundTripMs: number | null;
            sendBitrate: number | null;
            receiveBitrate: number | null;
        };
        StreamState: {
            /**
             * @description Which stream of a site
             * @enum {unknown}
             */
            source: "microphone" | "camera" | "content";
            /** @description The SFU producer; new each time that the stream is started or the SFU was restarted */
            producerId: string;
            /** @description Muted or camera off, by its site */
            paused: boolean;
        };
        StreamStatistics: {
            /**
             * @description Which stream of a site
             * @enum {unknown}
             */
            source: "microphone" | "camera" | "content";
            /**
             * @description As the site sees it
             * @enum {unknown}
             */
            direction: "sends" | "receives";
            codec: string;
            /** @description null: not known, since nobody decodes it here */
            width: number | null;
            /** @description null: not known, since nobody decodes it here */
            height: number | null;
            /** @description null: not known, since nobody decodes it here */
            framesPerSecond: number | null;
        };
        TileWish: {
            /** @constant */
            kind: "site";
            /** @description Of a site of the conference */
            siteId: string;
        } | {
            /** @constant */
            kind: "speech";
        } | {
            /** @constant */
            kind: "join-order";
        } | {
            /** @constant */
            kind: "chair";
        } | {
            /** @constant */
            kind: "round-robin";
            everyS: number;
        } | {
            /** @constant */
            kind: "content";
        } | {
            /** @constant */
            kind: "empty";
        };
        Usage: {
            /** @description Oldest first, without a gap */
            buckets: {
                /** @description Its first day */
                begins: string;
                /** @description That began in it */
                conferences: number;
                /** @description min, of all sites together */
                siteMinutes: number;
                minutesByWay: {
                    /** @description min */
                    browser: number;
                    /** @description min */
                    link: number;
                    /** @description min */
                    sip: number;
                };
                /** @description Most at once, in all conferences together */
                peakSites: number;
            }[];
            /** @description Whose conferences they were, the most first */
            institutions: {
                institutionId: string | null;
                name: string;
                /** @description min */
                minutes: number;
            }[];
        };
        User: {
            userId: string;
            userName: string;
            displayName: string;
            institutionId: string | null;
            roles: ("operator" | "chair" | "participant" | "viewer" | "auditor" | "administrator")[];
            disabled: boolean;
            /**
             * @description Where the password is: here, or elsewhere
             * @enum {unknown}
             */
            origin: "local" | "ldap" | "oidc";
            /** @description After wrong passwords; a new one-time password unlocks */
            locked: boolean;
            /** @description An authenticator is set up */
            secondFactor: boolean;
            /** @description For If-Match */
            version: number;
            createdAt: string;
        };
        ViewRequest: {
            /**
             * @description auto: an equal grid that follows the number of sites; a number: so many equal tiles; N+1, 13, 2+8: large ones first; lecture: the class sees the lecturer, the lecturer the class
             * @enum {unknown}
             */
            layout?: "auto" | "1" | "2" | "3" | "4" | "6" | "9" | "13" | "16" | "20" | "24" | "2+1" | "3+1" | "5+1" | "7+1" | "2+8" | "12+1" | "side-by-side" | "pip-top-left" | "pip-top-right" | "pip-bottom-left" | "pip-bottom-right" | "pop" | "lecture" | "content-strip";
            /** @description By place; those left out: speech in the large tiles, join order in the others */
            tiles?: components["schemas"]["TileWish"][];
            /** @description What is shared takes the first tile, unless a tile is for it */
            content?: boolean;
            /** @description A site also sees itself, but never in a large tile; sites then share one picture more often */
            ownPicture?: boolean;
            /** @description Names, muted and weak-network marks */
            labels?: boolean;
            /** @description Around who speaks */
            border?: boolean;
            /**
             * @description Pictures of another shape than their tile
             * @enum {unknown}
             */
            fit?: "letterbox" | "crop";
            /**
             * @description Behind and between the tiles
             * @enum {unknown}
             */
            background?: "dark" | "black" | "grey" | "blue";
        };
        ViewWish: {
            layout: components["schemas"]["Layout"];
            /** @description By place; those left out: speech in the large tiles, join order in the others */
            tiles: components["schemas"]["TileWish"][];
            /** @description What is shared takes the first tile, unless a tile is for it */
            content: boolean;
            /** @description A site also sees itself, but never in a large tile; sites then share one picture more often */
            ownPicture: boolean;
            /** @description Names, muted and weak-network marks */
            labels: boolean;
            /** @description Around who speaks */
            border: boolean;
            /**
             * @description Pictures of another shape than their tile
             * @enum {unknown}
             */
            fit: "letterbox" | "crop";
            /**
             * @description Behind and between the tiles
             * @enum {unknown}
             */
            background: "dark" | "black" | "grey" | "blue";
        };
        WebHook: {
            webHookId: string;
            url: string;
            /** @description Empty: all but the frequent ones (speaking, signal, views) */
            types: ("conference.created" | "conference.deleted" | "conference.started" | "conference.ended" | "conference.changed" | "calls.changed" | "conference.speaking" | "site.joined" | "site.changed" | "site.signal" | "site.left" | "recording.started" | "recording.stopped" | "views.changed")[];
            /** @description null: of all conferences that you may read */
            conferenceId: string | null;
            /** @description Ended by an answer of 410 Gone */
            enabled: boolean;
            /** @description Messages that were not taken yet */
            waiting: number;
            createdAt: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    createSession: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                } | {
                    userName: string;
                    password: string;
                    /** @description Of the authenticator, or a recovery code */
                    code?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getSignOn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        label: string | null;
                        /** @description Sign out there, too: /sign-in/oidc/end */
                        current: boolean;
                    };
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    current: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sessionId: string;
                        current: boolean;
                        createdAt: string;
                        lastSeenAt: string;
                        source: string;
                        userAgent: string;
                    }[];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    confirmTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    password: string;
                    secret: string;
                    code: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        recoveryCodes: string[];
                    };
                };
            };
        };
    };
    beginTotp: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        secret: string;
                        /** @description otpauth:, what the QR code holds */
                        address: string;
                    };
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keyId: string;
                        name: string;
                        scopes: ("conference:create" | "conference:read" | "conference:control" | "conference:record" | "conference:delete" | "recording:read" | "recording:share" | "recording:delete" | "record:read" | "endpoint:read" | "endpoint:manage" | "webhook:manage" | "system:read" | "system:manage" | "user:read" | "user:manage" | "audit:read")[];
                        createdAt: string;
                        expiresAt: string | null;
                    }[];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    scopes: ("conference:create" | "conference:read" | "conference:control" | "conference:record" | "conference:delete" | "recording:read" | "recording:share" | "recording:delete" | "record:read" | "endpoint:read" | "endpoint:manage" | "webhook:manage" | "system:read" | "system:manage" | "user:read" | "user:manage" | "audit:read")[];
                    expiresAt: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keyId: string;
                        key: string;
                    };
                };
            };
        };
    };
    deleteKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listUsers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"][];
                };
            };
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    userName: string;
                    displayName: string;
                    institutionId: string | null;
                    roles: ("operator" | "chair" | "participant" | "viewer" | "auditor" | "administrator")[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        user: components["schemas"]["User"];
                        /** @description Shown once; must be changed at the first log-in */
                        oneTimePassword: string;
                    };
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    displayName: string;
                    institutionId: string | null;
                    roles: ("operator" | "chair" | "participant" | "viewer" | "auditor" | "administrator")[];
                    disabled: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Shown once; must be changed at the first log-in */
                        oneTimePassword: string;
                    };
                };
            };
        };
    };
    resetTotp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    endUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listGroups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        groupId: string;
                        name: string;
                        roles: ("operator" | "chair" | "participant" | "viewer" | "auditor" | "administrator")[];
                        memberIds: string[];
                    }[];
                };
            };
        };
    };
    createGroup: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    roles: ("operator" | "chair" | "participant" | "viewer" | "auditor" | "administrator")[];
                    memberIds: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        groupId: string;
                        name: string;
                        roles: ("operator" | "chair" | "participant" | "viewer" | "auditor" | "administrator")[];
                        memberIds: string[];
                    };
                };
            };
        };
    };
    updateGroup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                groupId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    roles: ("operator" | "chair" | "participant" | "viewer" | "auditor" | "administrator")[];
                    memberIds: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        groupId: string;
                        name: string;
                        roles: ("operator" | "chair" | "participant" | "viewer" | "auditor" | "administrator")[];
                        memberIds: string[];
                    };
                };
            };
        };
    };
    deleteGroup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                groupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listInstitutions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        institutionId: string;
                        parentId: string | null;
                        /** @enum {unknown} */
                        kind: "region" | "hospital" | "department";
                        name: string;
                    }[];
                };
            };
        };
    };
    createInstitution: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    parentId: string | null;
                    /** @enum {unknown} */
                    kind: "region" | "hospital" | "department";
                    name: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        institutionId: string;
                        parentId: string | null;
                        /** @enum {unknown} */
                        kind: "region" | "hospital" | "department";
                        name: string;
                    };
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        userId: string;
                        /** @enum {unknown} */
                        role: "chair" | "participant" | "viewer";
                    }[];
                };
            };
        };
    };
    setMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
                memberId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {unknown} */
                    role: "chair" | "participant" | "viewer";
                };
            };
        };
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
                memberId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listLinks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        linkId: string;
                        expiresAt: string;
                    }[];
                };
            };
        };
    };
    createLink: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description RFC 3339 */
                    expiresAt: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        linkId: string;
                        /** @description Path: /join/… */
                        link: string;
                    };
                };
            };
        };
    };
    deleteLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
                linkId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                from?: string;
                until?: string;
                actor?: string;
                action?: string;
                after?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditRecord"][];
                };
            };
        };
    };
    exportAudit: {
        parameters: {
            query: {
                from?: string;
                until?: string;
                actor?: string;
                action?: string;
                format: "csv" | "jsonl";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    verifyAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        records: number;
                        headSequence: number;
                        headHash: string;
                        /** @description The first record that does not fit the one before */
                        brokenAt: number | null;
                    };
                };
            };
        };
    };
    listWebHooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebHook"][];
                };
            };
        };
    };
    createWebHook: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    url: string;
                    /** @description Empty: all but the frequent ones (speaking, signal, views) */
                    types?: ("conference.created" | "conference.deleted" | "conference.started" | "conference.ended" | "conference.changed" | "calls.changed" | "conference.speaking" | "site.joined" | "site.changed" | "site.signal" | "site.left" | "recording.started" | "recording.stopped" | "views.changed")[];
                    /** @description null: of all conferences that you may read */
                    conferenceId?: string | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        webHookId: string;
                        url: string;
                        /** @description Empty: all but the frequent ones (speaking, signal, views) */
                        types: ("conference.created" | "conference.deleted" | "conference.started" | "conference.ended" | "conference.changed" | "calls.changed" | "conference.speaking" | "site.joined" | "site.changed" | "site.signal" | "site.left" | "recording.started" | "recording.stopped" | "views.changed")[];
                        /** @description null: of all conferences that you may read */
                        conferenceId: string | null;
                        /** @description Ended by an answer of 410 Gone */
                        enabled: boolean;
                        /** @description Messages that were not taken yet */
                        waiting: number;
                        createdAt: string;
                        secret: string;
                    };
                };
            };
        };
    };
    setWebHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webHookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    enabled: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebHook"];
                };
            };
        };
    };
    deleteWebHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                webHookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                webHookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The header webhook-id: the same at each try */
                        deliveryId: string;
                        sequence: number;
                        type: string;
                        /** @enum {unknown} */
                        state: "waiting" | "delivered" | "failed";
                        attempts: number;
                        /** @description Of what waits: not before */
                        nextAt: string;
                        /** @description Of the last answer */
                        status: number | null;
                        error: string | null;
                        createdAt: string;
                    }[];
                };
            };
        };
    };
    replayWebHook: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                webHookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description RFC 3339 */
                    since: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        queued: number;
                    };
                };
            };
        };
    };
    listCalls: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallSummary"][];
                };
            };
        };
    };
    getCallDiagnosis: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                callId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Diagnosis"];
                };
            };
        };
    };
    getCallTrace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                callId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallTrace"];
                };
            };
        };
    };
    getCallLadder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                callId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    exportCallTrace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                callId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    listCallRecords: {
        parameters: {
            query?: {
                from?: string;
                until?: string;
                conferenceId?: string;
                search?: string;
                way?: "browser" | "link" | "sip";
                direction?: "incoming" | "outgoing";
                result?: "running" | "completed" | "lost" | "unanswered" | "refused";
                before?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallLogEntry"][];
                };
            };
        };
    };
    exportCallRecords: {
        parameters: {
            query?: {
                from?: string;
                until?: string;
                conferenceId?: string;
                search?: string;
                way?: "browser" | "link" | "sip";
                direction?: "incoming" | "outgoing";
                result?: "running" | "completed" | "lost" | "unanswered" | "refused";
                language?: "zh" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    getUsage: {
        parameters: {
            query: {
                period: "day" | "week" | "month";
                from: string;
                until: string;
                zone?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
        };
    };
    exportUsage: {
        parameters: {
            query: {
                period: "day" | "week" | "month";
                from: string;
                until: string;
                zone?: string;
                language?: "zh" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    getReport: {
        parameters: {
            query?: {
                at?: string;
            };
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConferenceReport"];
                };
            };
        };
    };
    listOutgoingCalls: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutgoingCall"][];
                };
            };
        };
    };
    dialOut: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DialRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutgoingCall"][];
                };
            };
        };
    };
    cancelOutgoingCall: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
                callId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    moveCamera: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                conferenceId: string;
                siteId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {unknown} */
                    action: "left" | "right" | "up" | "down" | "zoomIn" | "zoomOut" | "focusIn" | "focusOut" | "stop";
                    /** @default 500 */
                    durationMs: number;
                };
            };
        };
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    useCameraPreset: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                conferenceId: string;
                siteId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    preset: number;
                    /** @default false */
                    store: boolean;
                };
            };
        };
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    moveSite: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                conferenceId: string;
                siteId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    conferenceId: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conferenceId: string;
                        siteId: string;
                    };
                };
            };
        };
    };
    checkConference: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConferenceReadiness"];
                };
            };
        };
    };
    tryRoom: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description As in dialOut */
                    address: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoopBackResult"];
                };
            };
        };
    };
    setLock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    locked: boolean;
                };
            };
        };
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    endConference: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listJournal: {
        parameters: {
            query?: {
                after?: number;
                limit?: number;
            };
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JournalEntry"][];
                };
            };
        };
    };
    listSipBans: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SipBan"][];
                };
            };
        };
    };
    liftSipBan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listSipTrunks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SipTrunk"][];
                };
            };
        };
    };
    listSipAccounts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SipAccount"][];
                };
            };
        };
    };
    createSipAccount: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description User name and address of the device */
                    accountName: string;
                    /** @description In pictures and lists */
                    displayName: string;
                    /** @description Whose device it is; null: of the whole installation */
                    institutionId: string | null;
                    /** @description Numbers that it is called by: E.164 without the plus, or short ones */
                    aliases?: string[];
                    /** @description 10–64 printable ASCII characters without space, quote and backslash. Absent: the server makes one */
                    password?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        account: components["schemas"]["SipAccount"];
                        /** @description Shown once */
                        password: string;
                        /** @description What the device may have to be told beside name and password */
                        realm: string;
                    };
                };
            };
        };
    };
    getSipAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                accountName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SipAccount"];
                };
            };
        };
    };
    updateSipAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                accountName: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description In pictures and lists */
                    displayName: string;
                    /** @description Whose device it is; null: of the whole installation */
                    institutionId: string | null;
                    /** @description Numbers that it is called by: E.164 without the plus, or short ones */
                    aliases: string[];
                    disabled: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SipAccount"];
                };
            };
        };
    };
    deleteSipAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                accountName: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    resetSipPassword: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                accountName: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description 10–64 printable ASCII characters without space, quote and backslash. Absent: the server makes one */
                    password?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Shown once */
                        password: string;
                        /** @description What the device may have to be told beside name and password */
                        realm: string;
                    };
                };
            };
        };
    };
    listAddressBook: {
        parameters: {
            query?: {
                search?: string;
                group?: string;
                offset?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["AddressEntry"][];
                        /** @description That were found */
                        total: number;
                        /** @description Of all entries that the asker sees */
                        groups: string[];
                        /** @description Whose entries the asker sees */
                        institutions: {
                            institutionId: string | null;
                            parentId: string | null;
                            /** @description Empty: the whole installation */
                            name: string;
                            /** @description The asker may change its entries */
                            changeable: boolean;
                        }[];
                    };
                };
            };
        };
    };
    createAddressEntry: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    displayName: string;
                    /** @description Whose entry it is; null: of the whole installation, seen by all */
                    institutionId: string | null;
                    /** @description As for dialling: SIP URI, number, or name of a registered device; the first is called */
                    addresses: string[];
                    /** @description Names of the groups that it is in; a group is there as long as one entry names it */
                    groups: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressEntry"];
                };
            };
        };
    };
    updateAddressEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entryId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    displayName: string;
                    /** @description Whose entry it is; null: of the whole installation, seen by all */
                    institutionId: string | null;
                    /** @description As for dialling: SIP URI, number, or name of a registered device; the first is called */
                    addresses: string[];
                    /** @description Names of the groups that it is in; a group is there as long as one entry names it */
                    groups: string[];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddressEntry"];
                };
            };
        };
    };
    deleteAddressEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                entryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    exportAddressBook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    importAddressBook: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description RFC 4180 with the header name,addresses,institution,groups; several in a cell are parted by ; */
                    csv: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        added: number;
                        changed: number;
                    };
                };
            };
        };
    };
    getSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        schedule: components["schemas"]["Schedule"];
                        occurrences: components["schemas"]["OccurrenceState"][];
                        /** @description For If-Match */
                        version: number;
                    };
                };
            };
        };
    };
    setSchedule: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        schedule: components["schemas"]["Schedule"];
                        occurrences: components["schemas"]["OccurrenceState"][];
                        /** @description For If-Match */
                        version: number;
                    };
                };
            };
        };
    };
    cancelSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    checkSchedule: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Local time of the (first) beginning: 2026-11-23T09:00 */
                    begins: string;
                    /** @description IANA: Asia/Shanghai */
                    timeZone: string;
                    minutes: number;
                    rrule?: string | null;
                    /** @description Ports of 720p30 that are kept for it; 1080p30 takes two. 0: none */
                    hdUnits?: number;
                    parties?: components["schemas"]["Party"][];
                    /** @description Before the beginning it opens */
                    earlyMinutes?: number;
                    remindMinutes?: number | null;
                    /** @description Rooms with an address are called when it begins */
                    dialOut?: boolean;
                    /**
                     * @description Of mails
                     * @enum {unknown}
                     */
                    language?: "zh" | "en";
                    /** @description Although rooms or people are elsewhere */
                    force?: boolean;
                    /** @description That shall take another time: its old one is no conflict */
                    conferenceId?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conflicts: components["schemas"]["Conflict"][];
                        alternatives: string[];
                    };
                };
            };
        };
    };
    listCalendar: {
        parameters: {
            query: {
                from: string;
                until: string;
                offset?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conferenceId: string;
                        title: string;
                        /** @description RFC 3339 */
                        beginsAt: string;
                        /** @description RFC 3339 */
                        endsAt: string;
                        /** @enum {unknown} */
                        state: "planned" | "begun" | "over";
                    }[];
                };
            };
        };
    };
    getFreeBusy: {
        parameters: {
            query: {
                from: string;
                until: string;
                who: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        beginsAt: string;
                        endsAt: string;
                    }[];
                };
            };
        };
    };
    extendConference: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    minutes: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        endsAt: string;
                        conflicts: components["schemas"]["Conflict"][];
                    };
                };
            };
        };
    };
    listTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        templateId: string;
                        name: string;
                        /** @description Of conferences that are made after it */
                        title: string;
                        plan: {
                            minutes: number;
                            /** @description Ports of 720p30 that are kept for it; 1080p30 takes two. 0: none */
                            hdUnits: number;
                            parties: components["schemas"]["Party"][];
                            /** @description Before the beginning it opens */
                            earlyMinutes: number;
                            remindMinutes: number | null;
                            /** @description Rooms with an address are called when it begins */
                            dialOut: boolean;
                            /**
                             * @description Of mails
                             * @enum {unknown}
                             */
                            language: "zh" | "en";
                        } | null;
                        /** @description RFC 3339 */
                        createdAt: string;
                        /** @description One more with each change */
                        version: number;
                    }[];
                };
            };
        };
    };
    createTemplate: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description Of conferences that are made after it */
                    title: string;
                    plan: {
                        minutes: number;
                        /** @description Ports of 720p30 that are kept for it; 1080p30 takes two. 0: none */
                        hdUnits: number;
                        parties: components["schemas"]["Party"][];
                        /** @description Before the beginning it opens */
                        earlyMinutes: number;
                        remindMinutes: number | null;
                        /** @description Rooms with an address are called when it begins */
                        dialOut: boolean;
                        /**
                         * @description Of mails
                         * @enum {unknown}
                         */
                        language: "zh" | "en";
                    } | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        templateId: string;
                        name: string;
                        /** @description Of conferences that are made after it */
                        title: string;
                        plan: {
                            minutes: number;
                            /** @description Ports of 720p30 that are kept for it; 1080p30 takes two. 0: none */
                            hdUnits: number;
                            parties: components["schemas"]["Party"][];
                            /** @description Before the beginning it opens */
                            earlyMinutes: number;
                            remindMinutes: number | null;
                            /** @description Rooms with an address are called when it begins */
                            dialOut: boolean;
                            /**
                             * @description Of mails
                             * @enum {unknown}
                             */
                            language: "zh" | "en";
                        } | null;
                        /** @description RFC 3339 */
                        createdAt: string;
                        /** @description One more with each change */
                        version: number;
                    };
                };
            };
        };
    };
    createTemplateOf: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        templateId: string;
                        name: string;
                        /** @description Of conferences that are made after it */
                        title: string;
                        plan: {
                            minutes: number;
                            /** @description Ports of 720p30 that are kept for it; 1080p30 takes two. 0: none */
                            hdUnits: number;
                            parties: components["schemas"]["Party"][];
                            /** @description Before the beginning it opens */
                            earlyMinutes: number;
                            remindMinutes: number | null;
                            /** @description Rooms with an address are called when it begins */
                            dialOut: boolean;
                            /**
                             * @description Of mails
                             * @enum {unknown}
                             */
                            language: "zh" | "en";
                        } | null;
                        /** @description RFC 3339 */
                        createdAt: string;
                        /** @description One more with each change */
                        version: number;
                    };
                };
            };
        };
    };
    changeTemplate: {
        parameters: {
            query?: never;
            header: {
                "If-Match": string;
            };
            path: {
                templateId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @description Of conferences that are made after it */
                    title: string;
                    plan: {
                        minutes: number;
                        /** @description Ports of 720p30 that are kept for it; 1080p30 takes two. 0: none */
                        hdUnits: number;
                        parties: components["schemas"]["Party"][];
                        /** @description Before the beginning it opens */
                        earlyMinutes: number;
                        remindMinutes: number | null;
                        /** @description Rooms with an address are called when it begins */
                        dialOut: boolean;
                        /**
                         * @description Of mails
                         * @enum {unknown}
                         */
                        language: "zh" | "en";
                    } | null;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        templateId: string;
                        name: string;
                        /** @description Of conferences that are made after it */
                        title: string;
                        plan: {
                            minutes: number;
                            /** @description Ports of 720p30 that are kept for it; 1080p30 takes two. 0: none */
                            hdUnits: number;
                            parties: components["schemas"]["Party"][];
                            /** @description Before the beginning it opens */
                            earlyMinutes: number;
                            remindMinutes: number | null;
                            /** @description Rooms with an address are called when it begins */
                            dialOut: boolean;
                            /**
                             * @description Of mails
                             * @enum {unknown}
                             */
                            language: "zh" | "en";
                        } | null;
                        /** @description RFC 3339 */
                        createdAt: string;
                        /** @description One more with each change */
                        version: number;
                    };
                };
            };
        };
    };
    deleteTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                templateId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    createAfterTemplate: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                templateId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Absent: as it was */
                    title?: string;
                    /** @description Absent: it is not planned, but open at once */
                    when?: {
                        /** @description Local time of the (first) beginning: 2026-11-23T09:00 */
                        begins: string;
                        /** @description IANA: Asia/Shanghai */
                        timeZone: string;
                        /** @description Although rooms or people are elsewhere */
                        force?: boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conferenceId: string;
                        title: string;
                        number: string;
                    };
                };
            };
        };
    };
    repeatConference: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Absent: as it was */
                    title?: string;
                    /** @description Absent: it is not planned, but open at once */
                    when?: {
                        /** @description Local time of the (first) beginning: 2026-11-23T09:00 */
                        begins: string;
                        /** @description IANA: Asia/Shanghai */
                        timeZone: string;
                        /** @description Although rooms or people are elsewhere */
                        force?: boolean;
                    };
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        conferenceId: string;
                        title: string;
                        number: string;
                    };
                };
            };
        };
    };
    listMail: {
        parameters: {
            query?: {
                offset?: number;
                limit?: number;
            };
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        mailId: string;
                        /** @description invitation, update, cancellation, reminder */
                        kind: string;
                        recipient: string;
                        /**
                         * @description failed: no more tries
                         * @enum {unknown}
                         */
                        state: "waiting" | "sent" | "failed";
                        attempts: number;
                        /** @description RFC 3339 */
                        nextTryAt: string;
                        /** @description What the mail server said last */
                        problem: string | null;
                        /** @description RFC 3339 */
                        createdAt: string;
                    }[];
                };
            };
        };
    };
    listConferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conference"][];
                };
            };
        };
    };
    createConference: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConference"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conference"];
                };
            };
        };
    };
    getConference: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conference"];
                };
            };
        };
    };
    deleteConference: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    setChairPin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    chairPin: string | null;
                };
            };
        };
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    startRecording: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        recordingId: string;
                        startedAt: string;
                    };
                };
            };
        };
    };
    stopRecording: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listSites: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteState"][];
                };
            };
        };
    };
    removeSite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getStatistics: {
        parameters: {
            query?: {
                siteId?: string;
                afterMs?: number;
            };
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteStatistics"][];
                };
            };
        };
    };
    listLayouts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayoutPicture"][];
                };
            };
        };
    };
    getViews: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConferenceViews"];
                };
            };
        };
    };
    getView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewWish"];
                };
            };
        };
    };
    setView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewWish"];
                };
            };
        };
    };
    getSiteView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewWish"];
                };
            };
        };
    };
    setSiteView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
                siteId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewWish"];
                };
            };
        };
    };
    deleteSiteView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    broadcast: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SiteChoice"];
            };
        };
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getSiteSound: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
                siteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteSound"];
                };
            };
        };
    };
    setSiteSound: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
                siteId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SoundRequest"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteSound"];
                };
            };
        };
    };
    watch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
                siteId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SiteChoice"];
            };
        };
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    choose: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Chosen"];
            };
        };
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getGraph: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GraphNode"][];
                };
            };
        };
    };
    getThumbnail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                conferenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description No picture is composed: only browsers are there, or nobody */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    setDraining: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    draining: boolean;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        draining: boolean;
                        /** @description That still run */
                        conferences: number;
                    };
                };
            };
        };
    };
    getDiagnostics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
        };
    };
    listRecordings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recording"][];
                };
            };
        };
    };
    getRecording: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordingId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recording"];
                };
            };
        };
    };
    deleteRecording: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordingId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    setRecordingNumber: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordingId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecordingNumberWish"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recording"];
                };
            };
        };
    };
    deleteRecordingNumber: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                recordingId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, nothing to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "conference.created": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "conference.created";
                    conferenceId: string;
                    data: {
                        conferenceId: string;
                        title: string;
                        number: string;
                        /** @description RFC 3339 */
                        createdAt: string;
                    };
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "conference.deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "conference.deleted";
                    conferenceId: string;
                    data: Record<string, never>;
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "conference.started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "conference.started";
                    conferenceId: string;
                    data: {
                        conferenceId: string;
                        title: string;
                        number: string;
                        /** @description RFC 3339 */
                        createdAt: string;
                        startedAt: string;
                        views: components["schemas"]["ConferenceViews"];
                    };
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "conference.ended": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "conference.ended";
                    conferenceId: string;
                    data: Record<string, never>;
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "conference.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "conference.changed";
                    conferenceId: string;
                    data: {
                        /** @description RFC 3339; null: when the last site leaves */
                        endsAt: string | null;
                        /** @description Nobody comes in any more */
                        locked: boolean;
                        /** @description Lines that everybody is shown now */
                        notice: string[] | null;
                    };
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "calls.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "calls.changed";
                    conferenceId: string;
                    data: {
                        /** @description Rooms that are called into it */
                        calls: {
                            callId: string;
                            /** @description What it is called in the conference */
                            displayName: string;
                            /**
                             * @description waiting: for a line, or for the next try; failed: no more tries; ended: it was in the conference and hung up
                             * @enum {unknown}
                             */
                            state: "waiting" | "trying" | "ringing" | "answered" | "failed" | "cancelled" | "ended";
                            failure: components["schemas"]["CallFailure"] | null;
                            nextTryAt: string | null;
                            siteId: string | null;
                        }[];
                    };
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "conference.speaking": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "conference.speaking";
                    conferenceId: string;
                    data: {
                        siteId: string;
                    };
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "site.joined": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "site.joined";
                    conferenceId: string;
                    data: {
                        site: components["schemas"]["SiteState"];
                    };
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "site.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "site.changed";
                    conferenceId: string;
                    data: {
                        site: components["schemas"]["SiteState"];
                    };
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "site.signal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "site.signal";
                    conferenceId: string;
                    data: {
                        siteId: string;
                        quality: components["schemas"]["SiteQuality"];
                    };
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "site.left": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "site.left";
                    conferenceId: string;
                    data: {
                        siteId: string;
                        name: string;
                        reason: string;
                    };
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "recording.started": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "recording.started";
                    conferenceId: string;
                    data: {
                        /** @description Of the recording */
                        recordingId: string;
                        /** @description RFC 3339 */
                        startedAt: string;
                    };
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "recording.stopped": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "recording.stopped";
                    conferenceId: string;
                    data: {
                        recordingId: string;
                    };
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "views.changed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Grows by at least one from event to event */
                    sequence: number;
                    /** @description RFC 3339 */
                    at: string;
                    /** @constant */
                    type: "views.changed";
                    conferenceId: string;
                    data: {
                        views: components["schemas"]["ConferenceViews"];
                    };
                };
            };
        };
        responses: {
            /** @description Taken */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tried again later, as anything but 2XX */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
