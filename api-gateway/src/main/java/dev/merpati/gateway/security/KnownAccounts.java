package dev.merpati.gateway.security;

import reactor.core.publisher.Mono;

/** Tells what a login is good for now. */
public interface KnownAccounts {

    /**
     * What a session is compared with at each request.
     *
     * @param credentialVersion another one ends every session that was begun under the one before
     */
    record Standing(String email, String credentialVersion) {}

    /** Returns how the account stands; empty when it may not be used: it does not exist, is suspended or being deleted. */
    Mono<Standing> find(String tenantId);
}
