/** Members of consumer groups: what they are assigned, which offsets they commit, where the records go that cannot be read. */
@NullMarked
package dev.merpati.clients.kafka;

import org.jspecify.annotations.NullMarked;
