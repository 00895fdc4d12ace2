/** What a session knows of its own account and of those it writes to, kept over connections. */
@NullMarked
package dev.merpati.worker.cobalt.account;

import org.jspecify.annotations.NullMarked;
