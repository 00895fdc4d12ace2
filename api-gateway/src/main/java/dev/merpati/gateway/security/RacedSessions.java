package dev.merpati.gateway.security;

import org.springframework.session.ReactiveSessionRepository;
import org.springframework.session.Session;
import reactor.core.publisher.Mono;

/**
 * Lets a request end well whose session was ended by another one meanwhile, as by a logout in another tab. Its answer stands; there is
 * nothing left to be saved.
 */
record RacedSessions<S extends Session>(ReactiveSessionRepository<S> sessions) implements ReactiveSessionRepository<S> {

    @Override
    public Mono<S> createSession() {
        return sessions.createSession();
    }

    @Override
    public Mono<Void> save(S session) {
        return sessions.save(session).onErrorResume(IllegalStateException.class, ended -> Mono.empty());
    }

    @Override
    public Mono<S> findById(String id) {
        return sessions.findById(id);
    }

    @Override
    public Mono<Void> deleteById(String id) {
        return sessions.deleteById(id);
    }
}
