package dev.merpati.gateway.console;

import dev.merpati.gateway.conversation.SessionChats;
import dev.merpati.model.event.EventId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.codec.ServerSentEvent;

/**
 * What one open page has been told, and so what is new to it. What has not changed stays as it is in the browser, with the focus
 * and whatever is unfolded, and is not read out again. For one stream: not thread-safe.
 */
final class ChatUpdates {
    private final ChatView view;
    private final ChatView.Place place;
    private final Locale locale;
    private @Nullable EventId youngest;
    private String chatsVersion;
    private String rowsVersion;

    /** Hashes of the messages that the page shows, by their keys; null until they were looked at. */
    private @Nullable Map<String, Integer> shown;

    /** @param have the versions of both parts of the page, with a dot between; anything else is taken for an unknown state */
    ChatUpdates(ChatView view, ChatView.Place place, Locale locale, String have) {
        this.view = view;
        this.place = place;
        this.locale = locale;
        int dot = have.indexOf('.');
        this.chatsVersion = dot < 0 ? "" : have.substring(0, dot);
        this.rowsVersion = have.substring(dot + 1);
    }

    boolean isNews(EventId id) {
        return !id.equals(youngest);
    }

    List<ServerSentEvent<String>> of(EventId id, SessionChats chats) {
        youngest = id;
        List<ServerSentEvent<String>> events = new ArrayList<>();
        List<ChatView.Row> rows =
                view.rows(place.chat() == null ? null : chats.find(place.chat()).orElse(null), locale);
        String rowsNow = ChatView.versionOf(rows);
        if (!rowsNow.equals(rowsVersion)) {
            rowsVersion = rowsNow;
            events.add(
                    shown == null
                            ? event("messages", view.renderAll(rows, place, locale))
                            : event("changes", changes(rows, shown)));
        }
        shown = hashes(rows);
        String chatsNow = ChatView.versionOf(chats);
        if (!chatsNow.equals(chatsVersion)) {
            chatsVersion = chatsNow;
            events.add(event("chats", view.renderChats(chats, place, locale)));
        }
        return events;
    }

    private String changes(List<ChatView.Row> rows, Map<String, Integer> before) {
        List<ChatView.Row> added = new ArrayList<>();
        List<ChatView.Row> changed = new ArrayList<>();
        for (ChatView.Row row : rows) {
            Integer hash = before.get(row.message().key());
            if (hash == null) {
                added.add(row);
            } else {
                // What is new before a message that is there has only lost the message it belonged to, which is too old
                // by now.
                added.clear();
                if (hash != row.hashCode()) {
                    changed.add(row);
                }
            }
        }
        return view.renderChanges(added, changed, place, locale);
    }

    private static Map<String, Integer> hashes(List<ChatView.Row> rows) {
        Map<String, Integer> hashes = new HashMap<>();
        rows.forEach(row -> hashes.put(row.message().key(), row.hashCode()));
        return hashes;
    }

    private ServerSentEvent<String> event(String name, String html) {
        return ServerSentEvent.builder(html)
                .event(name)
                .id(chatsVersion + "." + rowsVersion)
                .build();
    }
}
