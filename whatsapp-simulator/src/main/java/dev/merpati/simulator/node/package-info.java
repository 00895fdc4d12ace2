/** WhatsApp's binary XML: stanzas as a tree of nodes, and their encoding. */
@NullMarked
package dev.merpati.simulator.node;

import org.jspecify.annotations.NullMarked;
