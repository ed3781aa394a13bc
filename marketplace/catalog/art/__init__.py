"""Our own flat pictures of a demo site's goods, as SVG: brush, paints, cloths, and a drawing for every motif."""
