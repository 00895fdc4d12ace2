/** What happened to the sessions of a tenant: polling, and streams that stay open. */
@NullMarked
package dev.merpati.gateway.event;

import org.jspecify.annotations.NullMarked;
