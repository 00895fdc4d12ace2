/** What was said between a session's account and other people, made from the session's events. */
@NullMarked
package dev.merpati.gateway.conversation;

import org.jspecify.annotations.NullMarked;
